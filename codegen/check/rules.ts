// The list of all rules. A test keeps it equal to the folder.
import type { Rule } from './rule.js'
import { downEmpty } from './rules/down-empty.js'
import { downMissing } from './rules/down-missing.js'
import { downWithIrreversible } from './rules/down-with-irreversible.js'
import { importApplication } from './rules/import-application.js'
import { importBuiltin } from './rules/import-builtin.js'
import { importDynamic } from './rules/import-dynamic.js'
import { migrationEmpty } from './rules/migration-empty.js'
import { moduleSideEffect } from './rules/module-side-effect.js'
import { nameDisagrees } from './rules/name-disagrees.js'
import { pathComputed } from './rules/path-computed.js'
import { severityFixed } from './rules/severity-fixed.js'
import { sqlForeignKeysPragma } from './rules/sql-foreign-keys-pragma.js'
import { sqlNeedsNoTransaction } from './rules/sql-needs-no-transaction.js'
import { sqlTransactionControl } from './rules/sql-transaction-control.js'
import { suppressionIncomplete } from './rules/suppression-incomplete.js'
import { suppressionOfError } from './rules/suppression-of-error.js'
import { suppressionUnused } from './rules/suppression-unused.js'
import { upAsync } from './rules/up-async.js'
import { upMissing } from './rules/up-missing.js'
import { versionDisagrees } from './rules/version-disagrees.js'
import { versionDuplicate } from './rules/version-duplicate.js'
import { versionGap } from './rules/version-gap.js'

/** Every rule, in order of code. */
export const rules: readonly Rule[] = [
  downEmpty,
  downMissing,
  downWithIrreversible,
  importApplication,
  importBuiltin,
  importDynamic,
  migrationEmpty,
  moduleSideEffect,
  nameDisagrees,
  pathComputed,
  severityFixed,
  sqlForeignKeysPragma,
  sqlNeedsNoTransaction,
  sqlTransactionControl,
  suppressionIncomplete,
  suppressionOfError,
  suppressionUnused,
  upAsync,
  upMissing,
  versionDisagrees,
  versionDuplicate,
  versionGap,
]
