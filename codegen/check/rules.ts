// The list of all rules. A test keeps it equal to the folder.
import type { Rule } from './rule.js'
import { addColumnDefaultNotConstant } from './rules/add-column-default-not-constant.js'
import { addColumnNotNull } from './rules/add-column-not-null.js'
import { addColumnReferencesDefault } from './rules/add-column-references-default.js'
import { addColumnStored } from './rules/add-column-stored.js'
import { columnTypeUnknown } from './rules/column-type-unknown.js'
import { downEmpty } from './rules/down-empty.js'
import { downMissing } from './rules/down-missing.js'
import { downWithIrreversible } from './rules/down-with-irreversible.js'
import { ifNotExists } from './rules/if-not-exists.js'
import { importApplication } from './rules/import-application.js'
import { importBuiltin } from './rules/import-builtin.js'
import { importDynamic } from './rules/import-dynamic.js'
import { insertSelectStar } from './rules/insert-select-star.js'
import { migrationEmpty } from './rules/migration-empty.js'
import { moduleSideEffect } from './rules/module-side-effect.js'
import { nameDisagrees } from './rules/name-disagrees.js'
import { notDeterministic } from './rules/not-deterministic.js'
import { pathComputed } from './rules/path-computed.js'
import { primaryKeyInt } from './rules/primary-key-int.js'
import { rebuildOrder } from './rules/rebuild-order.js'
import { schemaAndDataMixed } from './rules/schema-and-data-mixed.js'
import { severityFixed } from './rules/severity-fixed.js'
import { sqliteTooNew } from './rules/sqlite-too-new.js'
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
import { writeWithoutWhere } from './rules/write-without-where.js'

/** Every rule, in order of code. */
export const rules: readonly Rule[] = [
  addColumnDefaultNotConstant,
  addColumnNotNull,
  addColumnReferencesDefault,
  addColumnStored,
  columnTypeUnknown,
  downEmpty,
  downMissing,
  downWithIrreversible,
  ifNotExists,
  importApplication,
  importBuiltin,
  importDynamic,
  insertSelectStar,
  migrationEmpty,
  moduleSideEffect,
  nameDisagrees,
  notDeterministic,
  pathComputed,
  primaryKeyInt,
  rebuildOrder,
  schemaAndDataMixed,
  severityFixed,
  sqliteTooNew,
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
  writeWithoutWhere,
]
