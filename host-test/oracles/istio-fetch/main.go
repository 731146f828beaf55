// Loads an image the way an Istio agent does: with Istio's own image fetcher. Prints the digest that Istio would compare with a
// pinned sha256, and the hash and size of the module that Envoy would be given.
package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"

	"istio.io/istio/pkg/wasm"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: istio-fetch registry/name:tag")
		os.Exit(2)
	}
	fetcher := wasm.NewImageFetcher(context.Background(), wasm.ImageFetcherOption{Insecure: true})
	binary, digest, err := fetcher.PrepareFetch(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	module, err := binary()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("{\"digest\":%q,\"sha256\":\"%x\",\"sizeBytes\":%d}\n", digest, sha256.Sum256(module), len(module))
}
