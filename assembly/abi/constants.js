// The numbers of proxy-Wasm ABI 0.2.1, read by the guest and by the Node host alike (no other file repeats them).
// Source: proxy-wasm/spec abi-versions/v0.2.1, and Envoy where it goes further (statuses 5, 9 and 11, map 4 to 7).
/** What a host function answers. */
export var Status;
(function (Status) {
    Status[Status["Ok"] = 0] = "Ok";
    Status[Status["NotFound"] = 1] = "NotFound";
    Status[Status["BadArgument"] = 2] = "BadArgument";
    Status[Status["SerializationFailure"] = 3] = "SerializationFailure";
    Status[Status["ParseFailure"] = 4] = "ParseFailure";
    Status[Status["BadExpression"] = 5] = "BadExpression";
    Status[Status["InvalidMemoryAccess"] = 6] = "InvalidMemoryAccess";
    Status[Status["Empty"] = 7] = "Empty";
    Status[Status["CasMismatch"] = 8] = "CasMismatch";
    Status[Status["ResultMismatch"] = 9] = "ResultMismatch";
    Status[Status["InternalFailure"] = 10] = "InternalFailure";
    Status[Status["BrokenConnection"] = 11] = "BrokenConnection";
    Status[Status["Unimplemented"] = 12] = "Unimplemented";
    /** Never from the host: the guest layer did not make the call, since it would do harm. */
    Status[Status["Refused"] = 256] = "Refused";
})(Status || (Status = {}));
export var LogLevel;
(function (LogLevel) {
    LogLevel[LogLevel["Trace"] = 0] = "Trace";
    LogLevel[LogLevel["Debug"] = 1] = "Debug";
    LogLevel[LogLevel["Info"] = 2] = "Info";
    LogLevel[LogLevel["Warn"] = 3] = "Warn";
    LogLevel[LogLevel["Error"] = 4] = "Error";
    LogLevel[LogLevel["Critical"] = 5] = "Critical";
    /** Only ever read from proxy_get_log_level: Envoy's logger is switched off. */
    LogLevel[LogLevel["Off"] = 6] = "Off";
})(LogLevel || (LogLevel = {}));
/** Result of a headers callback. Envoy maps StopIteration to StopAllIterationAndWatermark unless the plugin sets allow_on_headers_stop_iteration. */
export var HeadersAction;
(function (HeadersAction) {
    HeadersAction[HeadersAction["Continue"] = 0] = "Continue";
    HeadersAction[HeadersAction["StopIteration"] = 1] = "StopIteration";
    HeadersAction[HeadersAction["ContinueAndEndStream"] = 2] = "ContinueAndEndStream";
    HeadersAction[HeadersAction["StopAllIterationAndBuffer"] = 3] = "StopAllIterationAndBuffer";
    HeadersAction[HeadersAction["StopAllIterationAndWatermark"] = 4] = "StopAllIterationAndWatermark";
})(HeadersAction || (HeadersAction = {}));
/** Result of a body callback. */
export var DataAction;
(function (DataAction) {
    DataAction[DataAction["Continue"] = 0] = "Continue";
    DataAction[DataAction["StopIterationAndBuffer"] = 1] = "StopIterationAndBuffer";
    DataAction[DataAction["StopIterationAndWatermark"] = 2] = "StopIterationAndWatermark";
    DataAction[DataAction["StopIterationNoBuffer"] = 3] = "StopIterationNoBuffer";
})(DataAction || (DataAction = {}));
/** Result of a trailers callback. */
export var TrailersAction;
(function (TrailersAction) {
    TrailersAction[TrailersAction["Continue"] = 0] = "Continue";
    TrailersAction[TrailersAction["StopIteration"] = 1] = "StopIteration";
})(TrailersAction || (TrailersAction = {}));
export var MapType;
(function (MapType) {
    MapType[MapType["RequestHeaders"] = 0] = "RequestHeaders";
    MapType[MapType["RequestTrailers"] = 1] = "RequestTrailers";
    MapType[MapType["ResponseHeaders"] = 2] = "ResponseHeaders";
    MapType[MapType["ResponseTrailers"] = 3] = "ResponseTrailers";
    MapType[MapType["GrpcReceiveInitialMetadata"] = 4] = "GrpcReceiveInitialMetadata";
    MapType[MapType["GrpcReceiveTrailingMetadata"] = 5] = "GrpcReceiveTrailingMetadata";
    MapType[MapType["HttpCallResponseHeaders"] = 6] = "HttpCallResponseHeaders";
    MapType[MapType["HttpCallResponseTrailers"] = 7] = "HttpCallResponseTrailers";
})(MapType || (MapType = {}));
export var BufferType;
(function (BufferType) {
    BufferType[BufferType["RequestBody"] = 0] = "RequestBody";
    BufferType[BufferType["ResponseBody"] = 1] = "ResponseBody";
    BufferType[BufferType["DownstreamData"] = 2] = "DownstreamData";
    BufferType[BufferType["UpstreamData"] = 3] = "UpstreamData";
    BufferType[BufferType["HttpCallResponseBody"] = 4] = "HttpCallResponseBody";
    BufferType[BufferType["GrpcReceiveBuffer"] = 5] = "GrpcReceiveBuffer";
    BufferType[BufferType["VmConfiguration"] = 6] = "VmConfiguration";
    BufferType[BufferType["PluginConfiguration"] = 7] = "PluginConfiguration";
    BufferType[BufferType["CallData"] = 8] = "CallData";
})(BufferType || (BufferType = {}));
export var StreamType;
(function (StreamType) {
    StreamType[StreamType["Request"] = 0] = "Request";
    StreamType[StreamType["Response"] = 1] = "Response";
    StreamType[StreamType["Downstream"] = 2] = "Downstream";
    StreamType[StreamType["Upstream"] = 3] = "Upstream";
})(StreamType || (StreamType = {}));
export var MetricType;
(function (MetricType) {
    MetricType[MetricType["Counter"] = 0] = "Counter";
    MetricType[MetricType["Gauge"] = 1] = "Gauge";
    MetricType[MetricType["Histogram"] = 2] = "Histogram";
})(MetricType || (MetricType = {}));
/** Who closed a TCP connection. */
export var PeerType;
(function (PeerType) {
    PeerType[PeerType["Unknown"] = 0] = "Unknown";
    PeerType[PeerType["Local"] = 1] = "Local";
    PeerType[PeerType["Remote"] = 2] = "Remote";
})(PeerType || (PeerType = {}));
/** Limits of the pairs wire format (proxy-wasm-cpp-host limits.h): past them Envoy reads an empty map. */
export var PairsLimit;
(function (PairsLimit) {
    PairsLimit[PairsLimit["MaxCount"] = 1024] = "MaxCount";
    PairsLimit[PairsLimit["MaxBytes"] = 1048576] = "MaxBytes";
})(PairsLimit || (PairsLimit = {}));
//# sourceMappingURL=constants.js.map