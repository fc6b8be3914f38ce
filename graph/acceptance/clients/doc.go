// Package clients holds no code, only a test: client libraries of testdata/clients ask a service as their users' apps do.
package clients
