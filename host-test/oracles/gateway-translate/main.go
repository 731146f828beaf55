// Envoy Gateway's translator with a Wasm cache, which `egctl x translate` lacks: reads resources from the file given, writes the
// conditions of the policies and the xDS listeners as JSON. It is compiled inside Envoy Gateway's own module (`go build -overlay`),
// whose packages are internal.
package main

import (
	"context"
	"encoding/json"
	"io"
	"log"
	"os"

	egv1a1 "github.com/envoyproxy/gateway/api/v1alpha1"
	"github.com/envoyproxy/gateway/internal/gatewayapi"
	"github.com/envoyproxy/gateway/internal/gatewayapi/resource"
	"github.com/envoyproxy/gateway/internal/logging"
	"github.com/envoyproxy/gateway/internal/wasm"
	"github.com/envoyproxy/gateway/internal/xds/translator"
	resourcev3 "github.com/envoyproxy/go-control-plane/pkg/resource/v3"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	gwapiv1 "sigs.k8s.io/gateway-api/apis/v1"
)

// servedAt stands for the controller's own server, which hands Envoy the module out of the image.
type servedAt struct{ url, sha256 string }

func (s servedAt) Get(string, *wasm.GetOptions) (string, string, error) { return s.url, s.sha256, nil }
func (servedAt) Start(context.Context)                                  {}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: gateway-translate RESOURCES.yaml MODULE-URL MODULE-SHA256")
	}
	text, err := os.ReadFile(os.Args[1])
	fatal(err)
	resources, err := resource.LoadResourcesFromYAMLBytes(text, true, nil)
	fatal(err)
	logger := logging.DefaultLogger(io.Discard, egv1a1.LogLevelInfo)
	gateway := &gatewayapi.Translator{
		GatewayControllerName:   string(resources.GatewayClass.Spec.ControllerName),
		GatewayClassName:        gwapiv1.ObjectName(resources.GatewayClass.Name),
		EndpointRoutingDisabled: true,
		EnvoyPatchPolicyEnabled: true,
		WasmCache:               servedAt{os.Args[2], os.Args[3]},
		Logger:                  logger,
	}
	// Without a cluster there are no certificates of the controller, which it says and goes on; egctl does not even look.
	translated, _ := gateway.Translate(context.Background(), resources)
	out := struct {
		ExtensionPolicies any               `json:"extensionPolicies"`
		PatchPolicies     []any             `json:"patchPolicies"`
		Listeners         []json.RawMessage `json:"listeners"`
		Clusters          []json.RawMessage `json:"clusters"`
	}{ExtensionPolicies: translated.EnvoyExtensionPolicies}
	for _, ir := range translated.XdsIR {
		xds, err := (&translator.Translator{Logger: logger}).Translate(context.Background(), ir)
		fatal(err)
		for _, status := range xds.EnvoyPatchPolicyStatuses {
			out.PatchPolicies = append(out.PatchPolicies, status)
		}
		for _, listener := range xds.XdsResources[resourcev3.ListenerType] {
			out.Listeners = append(out.Listeners, asJSON(listener.(proto.Message)))
		}
		for _, cluster := range xds.XdsResources[resourcev3.ClusterType] {
			out.Clusters = append(out.Clusters, asJSON(cluster.(proto.Message)))
		}
	}
	fatal(json.NewEncoder(os.Stdout).Encode(out))
}

func asJSON(message proto.Message) json.RawMessage {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(message)
	fatal(err)
	return text
}

func fatal(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
