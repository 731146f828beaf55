// Reason phrases of the statuses that filters answer with (IANA HTTP Status Code Registry, RFC 9110
// §15, RFC 6585): problem details of type about:blank carry them as their title (RFC 9457 §4.2.1).

/** The phrase of an HTTP status; "Error" for one that no stage uses. */
export function reasonPhrase(status: u32): string {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    default:
      return "Error";
  }
}
