// What browsers know of the platform: no Node module below it, nothing but fetch.
export {
  type CallOptions,
  type Client,
  type ClientOptions,
  createClient,
  type OperationAddress,
} from './client/client.ts'
export { ApiError, type ApiIssue, isApiError, type NextStep } from './client/error.ts'
export { isWanted, type LogFields, type LogSearch, logText } from './client/log-search.ts'
export { pages } from './client/pages.ts'
