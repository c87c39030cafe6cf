// The package's main entry point: everything that does not depend on one database client.
export { MigrationManager } from './manager.js'
export { gateWith } from './run/gate-with.js'
export { schemaGate, type SchemaGateOptions } from './run/schema-gate.js'
export type { VerifyOptions } from './run/verify.js'
export { renderDifferences } from './schema/render-differences.js'
export type { ObjectType, Schema, SchemaObject } from './schema/schema.js'
export {
  defineMigration,
  defineMigrations,
  Migration,
  type MigrationIdentity,
  type OwnMigration,
} from './model/define.js'
export {
  defineConfig,
  type DatabaseConfig,
  type LockstepConfig,
  type SeedValue,
  type SeverityOverride,
  type SeverityRules,
} from './model/config.js'
export { sql, type SqlHole } from './database/sql-tag.js'
export { mirrorSettings } from './run/mirrors/mirror-settings.js'
export { mirrorUserVersion } from './run/mirrors/mirror-user-version.js'
export { versionId } from './model/version.js'
export { isLockstepError, LockstepError, type ErrorContext } from './errors/lockstep-error.js'
export type { Driver, Fault, Row, Value } from './database/driver.js'
export type { Mode, Outcome } from './database/outcome.js'
export type * from './model/adoption.js'
export type * from './model/alter.js'
export type * from './model/batches.js'
export type * from './model/codes.js'
export type * from './model/events.js'
export type * from './model/gate.js'
export type * from './model/ledger.js'
export type * from './model/migration.js'
export type * from './model/mirror.js'
export type * from './model/options.js'
export type * from './model/plan.js'
export type * from './model/recovery.js'
export type * from './model/register.js'
export type * from './model/registry.js'
export type * from './model/report.js'
export type * from './model/verification.js'
