// The proxy's own certificate and the authorities it believes clients by, read from files. A certificate of a client that no
// authority vouches for ends the handshake, also where none is required, as in Envoy.
import { readFileSync } from "node:fs";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { UserError } from "../exit.ts";

/** `serve.tls`: paths of PEM files. */
export interface TlsSection {
  certificate: string;
  privateKey: string;
  /** Authorities for client certificates; without it none is asked for. */
  clientAuthorities?: string;
  /** Clients without a certificate are refused. */
  requireClientCertificate?: boolean;
}

/** Contents of those files. */
export interface TlsMaterial extends Pick<SecureContextOptions, "cert" | "key" | "ca"> {
  requireClientCertificate: boolean;
}

/** Reads the files and tries them. @throws UserError when one is missing or they do not fit together */
export function readTls(section: TlsSection): TlsMaterial {
  const ca = section.clientAuthorities;
  if (section.requireClientCertificate === true && ca === undefined) {
    throw new UserError(
      "client certificates are required, but no authority is named to check them",
      "name a PEM file with --tls-client-ca or serve.tls.clientAuthorities",
    );
  }
  const material: TlsMaterial = {
    cert: contentsOf(section.certificate),
    key: contentsOf(section.privateKey),
    ...(ca !== undefined ? { ca: contentsOf(ca) } : {}),
    requireClientCertificate: section.requireClientCertificate === true,
  };
  try {
    createSecureContext(material);
  } catch (error) {
    const why = (error as Error).message.split("\n")[0]!;
    throw new UserError(
      `certificate and key cannot be used: ${why}`,
      `they must be PEM and belong together: ${section.certificate}, ${section.privateKey}`,
    );
  }
  return material;
}

/** The files to watch. */
export function tlsFiles(section: TlsSection): string[] {
  const { certificate, privateKey, clientAuthorities } = section;
  return [certificate, privateKey, ...(clientAuthorities !== undefined ? [clientAuthorities] : [])];
}

function contentsOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`${file} cannot be read (${code})`, "give the path of a PEM file");
  }
}
