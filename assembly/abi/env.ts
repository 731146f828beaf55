// GENERATED from functions.json by `npm run gen`; do not edit.
// Every host function of proxy-Wasm ABI 0.2.1, raw. Each answers a Status (constants.ts);
// out-pointers are not written when it is not Ok. Only assembly/sdk calls these: it keeps the phase
// of each stream, and some of them kill the whole Envoy when they are called in the wrong one.

export declare function proxy_log(level: i32, message: usize, messageSize: usize): i32;
export declare function proxy_get_log_level(returnLevel: usize): i32;
export declare function proxy_get_current_time_nanoseconds(returnTime: usize): i32;
export declare function proxy_set_tick_period_milliseconds(periodMs: i32): i32;
export declare function proxy_get_buffer_bytes(
  bufferType: i32,
  start: i32,
  maxSize: i32,
  returnData: usize,
  returnSize: usize,
): i32;
export declare function proxy_get_buffer_status(
  bufferType: i32,
  returnSize: usize,
  returnFlags: usize,
): i32;
export declare function proxy_set_buffer_bytes(
  bufferType: i32,
  start: i32,
  length: i32,
  data: usize,
  dataSize: usize,
): i32;
export declare function proxy_get_header_map_pairs(
  mapType: i32,
  returnData: usize,
  returnSize: usize,
): i32;
export declare function proxy_set_header_map_pairs(mapType: i32, data: usize, dataSize: usize): i32;
export declare function proxy_get_header_map_size(mapType: i32, returnSize: usize): i32;
export declare function proxy_get_header_map_value(
  mapType: i32,
  key: usize,
  keySize: usize,
  returnData: usize,
  returnSize: usize,
): i32;
export declare function proxy_add_header_map_value(
  mapType: i32,
  key: usize,
  keySize: usize,
  value: usize,
  valueSize: usize,
): i32;
export declare function proxy_replace_header_map_value(
  mapType: i32,
  key: usize,
  keySize: usize,
  value: usize,
  valueSize: usize,
): i32;
export declare function proxy_remove_header_map_value(
  mapType: i32,
  key: usize,
  keySize: usize,
): i32;
export declare function proxy_send_local_response(
  statusCode: i32,
  details: usize,
  detailsSize: usize,
  body: usize,
  bodySize: usize,
  headers: usize,
  headersSize: usize,
  grpcStatus: i32,
): i32;
export declare function proxy_http_call(
  cluster: usize,
  clusterSize: usize,
  headers: usize,
  headersSize: usize,
  body: usize,
  bodySize: usize,
  trailers: usize,
  trailersSize: usize,
  timeoutMs: i32,
  returnCallId: usize,
): i32;
export declare function proxy_grpc_call(
  service: usize,
  serviceSize: usize,
  serviceName: usize,
  serviceNameSize: usize,
  method: usize,
  methodSize: usize,
  metadata: usize,
  metadataSize: usize,
  message: usize,
  messageSize: usize,
  timeoutMs: i32,
  returnCallId: usize,
): i32;
export declare function proxy_grpc_stream(
  service: usize,
  serviceSize: usize,
  serviceName: usize,
  serviceNameSize: usize,
  method: usize,
  methodSize: usize,
  metadata: usize,
  metadataSize: usize,
  returnStreamId: usize,
): i32;
export declare function proxy_grpc_send(
  callId: i32,
  message: usize,
  messageSize: usize,
  endStream: i32,
): i32;
export declare function proxy_grpc_cancel(callId: i32): i32;
export declare function proxy_grpc_close(callId: i32): i32;
export declare function proxy_get_status(
  returnCode: usize,
  returnData: usize,
  returnSize: usize,
): i32;
export declare function proxy_define_metric(
  metricType: i32,
  name: usize,
  nameSize: usize,
  returnMetricId: usize,
): i32;
export declare function proxy_increment_metric(metricId: i32, delta: i64): i32;
export declare function proxy_record_metric(metricId: i32, value: i64): i32;
export declare function proxy_get_metric(metricId: i32, returnValue: usize): i32;
export declare function proxy_get_shared_data(
  key: usize,
  keySize: usize,
  returnData: usize,
  returnSize: usize,
  returnCas: usize,
): i32;
export declare function proxy_set_shared_data(
  key: usize,
  keySize: usize,
  value: usize,
  valueSize: usize,
  cas: i32,
): i32;
export declare function proxy_register_shared_queue(
  name: usize,
  nameSize: usize,
  returnQueueId: usize,
): i32;
export declare function proxy_resolve_shared_queue(
  vmId: usize,
  vmIdSize: usize,
  name: usize,
  nameSize: usize,
  returnQueueId: usize,
): i32;
export declare function proxy_enqueue_shared_queue(
  queueId: i32,
  value: usize,
  valueSize: usize,
): i32;
export declare function proxy_dequeue_shared_queue(
  queueId: i32,
  returnData: usize,
  returnSize: usize,
): i32;
export declare function proxy_get_property(
  path: usize,
  pathSize: usize,
  returnData: usize,
  returnSize: usize,
): i32;
export declare function proxy_set_property(
  path: usize,
  pathSize: usize,
  value: usize,
  valueSize: usize,
): i32;
export declare function proxy_set_effective_context(contextId: i32): i32;
export declare function proxy_done(): i32;
export declare function proxy_call_foreign_function(
  name: usize,
  nameSize: usize,
  argument: usize,
  argumentSize: usize,
  returnData: usize,
  returnSize: usize,
): i32;
export declare function proxy_continue_stream(streamType: i32): i32;
export declare function proxy_close_stream(streamType: i32): i32;
