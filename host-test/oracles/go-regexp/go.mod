module meshwarden/oracles/go-regexp

go 1.22
