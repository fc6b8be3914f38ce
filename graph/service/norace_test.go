//go:build !race

package service_test

// forgotten is what is allocated because pools forget at random, as they do with -race.
const forgotten = 0
