// The bits that keep a stream out of trouble: where it is in its life, and which of the calls that
// harm Envoy are impossible now. Request and response phases overlap (a body can still come up while
// the answer goes down), therefore bits and not one phase number.

/** Bits of HttpStream.state. */
export const enum StreamBit {
  /** on_request_headers has run or runs. */
  RequestSeen = 1,
  /** on_response_headers has run or runs. */
  ResponseSeen = 2,
  /** on_response_headers runs now: continuing the response would send its head twice. */
  InResponseHeaders = 4,
  /** The request head waits in Envoy for this filter. */
  RequestHeld = 8,
  /** The response head waits in Envoy for this filter. */
  ResponseHeld = 16,
  /** Nothing more comes on the request side until it is continued. */
  RequestParked = 32,
  /** Nothing more comes on the response side until it is continued. */
  ResponseParked = 64,
  /** A local reply was sent. */
  Replied = 128,
  /** The stream was closed by this filter. */
  Closed = 256,
  /** log, done or delete has begun. */
  Ended = 512,
  /** The request asks for an upgrade. */
  UpgradeAsked = 1024,
  /** CONNECT. */
  Connect = 2048,
  /** Raw bytes of another protocol flow now: body phases are off. */
  Tunnel = 4096,
  /** The last callback that ran was one of the response. */
  OnResponseSide = 8192,
  /** The content-length header of the request was taken out: its body may be changed. */
  RequestLengthFree = 16384,
  /** The same for the response. */
  ResponseLengthFree = 32768,
  /** The request body was replaced in the callback that runs now, or in one that sent it on. */
  RequestReplaced = 65536,
  /** The same for the response body. */
  ResponseReplaced = 131072,
  /** end_of_stream has come for the request. */
  RequestComplete = 262144,
  /** end_of_stream has come for the response. */
  ResponseComplete = 524288,
  /** The filter has nothing more to do with it: see HttpStream.leave. */
  Left = 1048576,
}

/** Where a stopped stream stands. */
export const enum Paused {
  No = 0,
  Request = 1,
  Response = 2,
}
