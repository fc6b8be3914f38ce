package services

//go:generate go run -C stripe ../../../../tools.go
//go:generate go run -C github ../../../../tools.go
//go:generate go run -C jsonapi ../../../../tools.go
//go:generate go run -C hal ../../../../tools.go
//go:generate go run -C odata ../../../../tools.go
