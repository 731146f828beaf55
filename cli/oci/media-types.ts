// Media types of manifests, configs and layers that this client writes or understands.
// Sources: OCI image-spec media-types.md; CNCF TAG Runtime "Wasm OCI artifact"; solo-io wasm image spec; cosign BUNDLE_SPEC.md.

export const mediaTypes = {
  imageManifest: "application/vnd.oci.image.manifest.v1+json",
  imageIndex: "application/vnd.oci.image.index.v1+json",
  imageConfig: "application/vnd.oci.image.config.v1+json",
  imageLayerGzip: "application/vnd.oci.image.layer.v1.tar+gzip",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerIndex: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerLayerGzip: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  empty: "application/vnd.oci.empty.v1+json",
  soloConfig: "application/vnd.module.wasm.config.v1+json",
  soloContent: "application/vnd.module.wasm.content.layer.v1+wasm",
  cncfConfig: "application/vnd.wasm.config.v0+json",
  wasm: "application/wasm",
  sigstoreBundle: "application/vnd.dev.sigstore.bundle.v0.3+json",
  simpleSigning: "application/vnd.dev.cosign.simplesigning.v1+json",
  cyclonedx: "application/vnd.cyclonedx+json",
  inToto: "application/vnd.in-toto+json",
} as const;

/** What a manifest request accepts, in order of preference. */
export const manifestAccept = [
  mediaTypes.imageManifest,
  mediaTypes.dockerManifest,
  mediaTypes.imageIndex,
  mediaTypes.dockerIndex,
].join(", ");

/** Whether a manifest lists other manifests. */
export function isIndex(mediaType: string): boolean {
  return mediaType === mediaTypes.imageIndex || mediaType === mediaTypes.dockerIndex;
}
