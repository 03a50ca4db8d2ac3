export type { AlertInput, Alerts, Severity } from './alert/alert.ts'
export type { AlertBook } from './alert/book.ts'
export type { AlertFilter, AlertPage, AlertRecord } from './alert/record.ts'
export { givenMoment, isoOf, isoOrNull } from './api/instant.ts'
export type { AnyApp, App, PersonalData, StuckOperation } from './app/app.ts'
export {
  type AppJobDefinition,
  type AppTopicDefinition,
  type AppWorkflowDefinition,
  type Builders,
  builders,
} from './app/builders.ts'
export type { Check } from './app/check.ts'
export type { AppTransaction, Context, JobContext } from './app/context.ts'
export { createPlatform, type PlatformOptions } from './app/create-platform.ts'
export { contextOf } from './app/create-services.ts'
export type { ConsolePage } from './app/page.ts'
export type { Platform } from './app/platform.ts'
export type { Publish } from './app/publish.ts'
export type { AnyRoute, Method, RouteAccess, RouteDefinition, RouteRequest } from './app/route.ts'
export type { DescribedDefinition, DescribedSchedule, Translated } from './app/schedule.ts'
export type { Scope } from './app/scope.ts'
export type { Services } from './app/services.ts'
export type { Slo, SloSubject } from './app/slo.ts'
export type { AppCallOptions, AppStepContext, AppStepOptions, AppWorkflowContext } from './app/workflow-context.ts'
export type { AuditDetail, AuditEntry, AuditFilter, AuditInput, AuditObject, AuditPage } from './audit/entry.ts'
export type { AuditLog } from './audit/log.ts'
export type { AuditFault, AuditProblem, AuditVerification } from './audit/verify.ts'
export { type Acting, operatorOf } from './auth/acting.ts'
export type { Credentials, Identity } from './auth/identity.ts'
export { type Access, PLATFORM_PERMISSIONS, type PlatformPermission } from './auth/permissions.ts'
export type { PlatformIdentity } from './auth/platform-identity.ts'
export type { Principal } from './auth/principal.ts'
export { type CliOptions, runCli } from './cli/cli.ts'
export { type Config, type ConfigFile, defineConfig } from './config/config.ts'
export { environmentExample } from './config/example.ts'
export { loadConfigFile } from './config/file.ts'
export { type ConfiguredApp, type Environment, parseConfig } from './config/parse.ts'
export { type Issue, isPlatformError, PLATFORM_ERROR_CODES, PlatformError, type PlatformErrorCode } from './errors.ts'
export { type Accepted, accepted, acceptedRun } from './http/accepted.ts'
export type { EndpointLimits } from './http/endpoint.ts'
export { type FileAnswer, file, fileAnswer } from './http/file.ts'
export {
  decodeCursor,
  encodeCursor,
  type KeyPart,
  type Page,
  type PageOptions,
  pageInput,
  toPage,
} from './http/page.ts'
export { newId } from './id.ts'
export type { Notice } from './inbox/inbox.ts'
export { type Mail, type MailDelivery, type Mailer, mailDelivery } from './mail/mailer.ts'
export type { PlatformLog } from './observe/log.ts'
export {
  type DescribedApp,
  type DocumentOptions,
  type OpenApiDocument,
  type OpenApiOperation,
  type OpenApiParameter,
  openApiDocument,
} from './openapi/document.ts'
export { type GeneratedFile, generatedFiles } from './openapi/files.ts'
export type { NamedLimit } from './rate/gate.ts'
export type { RateLimit } from './rate/gcra.ts'
export type { Realtime, RealtimeTuning } from './realtime/realtime.ts'
export { type AnyTopic, type Topic, type TopicDefinition, topic } from './realtime/topic.ts'
export { type Keyset, keyset } from './store/keyset.ts'
