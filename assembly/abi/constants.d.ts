/** What a host function answers. */
export declare const enum Status {
    Ok = 0,
    NotFound = 1,
    BadArgument = 2,
    SerializationFailure = 3,
    ParseFailure = 4,
    BadExpression = 5,
    InvalidMemoryAccess = 6,
    Empty = 7,
    CasMismatch = 8,
    ResultMismatch = 9,
    InternalFailure = 10,
    BrokenConnection = 11,
    Unimplemented = 12,
    /** Never from the host: the guest layer did not make the call, since it would do harm. */
    Refused = 256
}
export declare const enum LogLevel {
    Trace = 0,
    Debug = 1,
    Info = 2,
    Warn = 3,
    Error = 4,
    Critical = 5,
    /** Only ever read from proxy_get_log_level: Envoy's logger is switched off. */
    Off = 6
}
/** Result of a headers callback. Envoy maps StopIteration to StopAllIterationAndWatermark unless the plugin sets allow_on_headers_stop_iteration. */
export declare const enum HeadersAction {
    Continue = 0,
    StopIteration = 1,
    ContinueAndEndStream = 2,
    StopAllIterationAndBuffer = 3,
    StopAllIterationAndWatermark = 4
}
/** Result of a body callback. */
export declare const enum DataAction {
    Continue = 0,
    StopIterationAndBuffer = 1,
    StopIterationAndWatermark = 2,
    StopIterationNoBuffer = 3
}
/** Result of a trailers callback. */
export declare const enum TrailersAction {
    Continue = 0,
    StopIteration = 1
}
export declare const enum MapType {
    RequestHeaders = 0,
    RequestTrailers = 1,
    ResponseHeaders = 2,
    ResponseTrailers = 3,
    GrpcReceiveInitialMetadata = 4,
    GrpcReceiveTrailingMetadata = 5,
    HttpCallResponseHeaders = 6,
    HttpCallResponseTrailers = 7
}
export declare const enum BufferType {
    RequestBody = 0,
    ResponseBody = 1,
    DownstreamData = 2,
    UpstreamData = 3,
    HttpCallResponseBody = 4,
    GrpcReceiveBuffer = 5,
    VmConfiguration = 6,
    PluginConfiguration = 7,
    CallData = 8
}
export declare const enum StreamType {
    Request = 0,
    Response = 1,
    Downstream = 2,
    Upstream = 3
}
export declare const enum MetricType {
    Counter = 0,
    Gauge = 1,
    Histogram = 2
}
/** Who closed a TCP connection. */
export declare const enum PeerType {
    Unknown = 0,
    Local = 1,
    Remote = 2
}
/** Limits of the pairs wire format (proxy-wasm-cpp-host limits.h): past them Envoy reads an empty map. */
export declare const enum PairsLimit {
    MaxCount = 1024,
    MaxBytes = 1048576
}
