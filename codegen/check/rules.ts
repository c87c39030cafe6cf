// The list of all rules. A test keeps it equal to the folder.
import type { Rule } from './subject/rule.js'
import { addColumnDefaultNotConstant } from './rules/add-column-default-not-constant.js'
import { addColumnNotNull } from './rules/add-column-not-null.js'
import { addColumnReferencesDefault } from './rules/add-column-references-default.js'
import { addColumnStored } from './rules/add-column-stored.js'
import { batchesDiffer } from './rules/batches-differ.js'
import { callMarkedPure } from './rules/call-marked-pure.js'
import { codeAsData } from './rules/code-as-data.js'
import { columnDropped } from './rules/column-dropped.js'
import { columnNarrowed } from './rules/column-narrowed.js'
import { columnOrderChanged } from './rules/column-order-changed.js'
import { columnRenamed } from './rules/column-renamed.js'
import { columnTypeChanged } from './rules/column-type-changed.js'
import { columnTypeUnknown } from './rules/column-type-unknown.js'
import { conflictMarkers } from './rules/conflict-markers.js'
import { connectionChanged } from './rules/connection-changed.js'
import { constraintLost } from './rules/constraint-lost.js'
import { defaultOfOtherType } from './rules/default-of-other-type.js'
import { directiveUnknown } from './rules/directive-unknown.js'
import { downEmpty } from './rules/down-empty.js'
import { downMissing } from './rules/down-missing.js'
import { downNotInverse } from './rules/down-not-inverse.js'
import { downSpelledDifferently } from './rules/down-spelled-differently.js'
import { downWithIrreversible } from './rules/down-with-irreversible.js'
import { faultNotUndone } from './rules/fault-not-undone.js'
import { foreignKeyBroken } from './rules/foreign-key-broken.js'
import { foreignKeyWithoutIndex } from './rules/foreign-key-without-index.js'
import { ifNotExists } from './rules/if-not-exists.js'
import { importApplication } from './rules/import-application.js'
import { importBuiltin } from './rules/import-builtin.js'
import { importDynamic } from './rules/import-dynamic.js'
import { importMigration } from './rules/import-migration.js'
import { insertSelectStar } from './rules/insert-select-star.js'
import { keyMayBeTaken } from './rules/key-may-be-taken.js'
import { migrationEmpty } from './rules/migration-empty.js'
import { moduleSideEffect } from './rules/module-side-effect.js'
import { nameDisagrees } from './rules/name-disagrees.js'
import { notDeterministic } from './rules/not-deterministic.js'
import { objectBroken } from './rules/object-broken.js'
import { objectLost } from './rules/object-lost.js'
import { otherDatabase } from './rules/other-database.js'
import { pathComputed } from './rules/path-computed.js'
import { primaryKeyInt } from './rules/primary-key-int.js'
import { rebuildOrder } from './rules/rebuild-order.js'
import { replayCodeFailsOnRows } from './rules/replay-code-fails-on-rows.js'
import { replayDownFailed } from './rules/replay-down-failed.js'
import { replayFailsOnRows } from './rules/replay-fails-on-rows.js'
import { replayUnproven } from './rules/replay-unproven.js'
import { replayUpAgainFailed } from './rules/replay-up-again-failed.js'
import { replayUpFailed } from './rules/replay-up-failed.js'
import { rowidsChanged } from './rules/rowids-changed.js'
import { releasedFindings } from './rules/released-findings.js'
import { releasedUnknown } from './rules/released-unknown.js'
import { rowsDoubled } from './rules/rows-doubled.js'
import { rowsLost } from './rules/rows-lost.js'
import { schemaAndDataMixed } from './rules/schema-and-data-mixed.js'
import { seedUnused } from './rules/seed-unused.js'
import { sequenceLost } from './rules/sequence-lost.js'
import { severityFixed } from './rules/severity-fixed.js'
import { severityUnused } from './rules/severity-unused.js'
import { severityUnknown } from './rules/severity-unknown.js'
import { sqlForeignKeysPragma } from './rules/sql-foreign-keys-pragma.js'
import { sqlNeedsNoTransaction } from './rules/sql-needs-no-transaction.js'
import { sqlNul } from './rules/sql-nul.js'
import { sqlParameter } from './rules/sql-parameter.js'
import { sqlTransactionControl } from './rules/sql-transaction-control.js'
import { sqliteTooNew } from './rules/sqlite-too-new.js'
import { statementAfterEnd } from './rules/statement-after-end.js'
import { statementNotRun } from './rules/statement-not-run.js'
import { suppressionIncomplete } from './rules/suppression-incomplete.js'
import { suppressionOfError } from './rules/suppression-of-error.js'
import { suppressionUnused } from './rules/suppression-unused.js'
import { tableDropped } from './rules/table-dropped.js'
import { tableRenamed } from './rules/table-renamed.js'
import { tableUnseeded } from './rules/table-unseeded.js'
import { temporaryLeft } from './rules/temporary-left.js'
import { upAsync } from './rules/up-async.js'
import { upDependsOnProcess } from './rules/up-depends-on-process.js'
import { upDependsOnRows } from './rules/up-depends-on-rows.js'
import { upMissing } from './rules/up-missing.js'
import { upNotRepeatable } from './rules/up-not-repeatable.js'
import { valuesLost } from './rules/values-lost.js'
import { valuesSwapped } from './rules/values-swapped.js'
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
  batchesDiffer,
  callMarkedPure,
  codeAsData,
  columnDropped,
  columnNarrowed,
  columnOrderChanged,
  columnRenamed,
  columnTypeChanged,
  columnTypeUnknown,
  conflictMarkers,
  connectionChanged,
  constraintLost,
  defaultOfOtherType,
  directiveUnknown,
  downEmpty,
  downMissing,
  downNotInverse,
  downSpelledDifferently,
  downWithIrreversible,
  faultNotUndone,
  foreignKeyBroken,
  foreignKeyWithoutIndex,
  ifNotExists,
  importApplication,
  importBuiltin,
  importDynamic,
  importMigration,
  insertSelectStar,
  keyMayBeTaken,
  migrationEmpty,
  moduleSideEffect,
  nameDisagrees,
  notDeterministic,
  objectBroken,
  objectLost,
  otherDatabase,
  pathComputed,
  primaryKeyInt,
  rebuildOrder,
  releasedFindings,
  releasedUnknown,
  replayCodeFailsOnRows,
  replayDownFailed,
  replayFailsOnRows,
  replayUnproven,
  replayUpAgainFailed,
  replayUpFailed,
  rowidsChanged,
  rowsDoubled,
  rowsLost,
  schemaAndDataMixed,
  seedUnused,
  sequenceLost,
  severityFixed,
  severityUnknown,
  severityUnused,
  sqlForeignKeysPragma,
  sqlNeedsNoTransaction,
  sqlNul,
  sqlParameter,
  sqlTransactionControl,
  sqliteTooNew,
  statementAfterEnd,
  statementNotRun,
  suppressionIncomplete,
  suppressionOfError,
  suppressionUnused,
  tableDropped,
  tableRenamed,
  tableUnseeded,
  temporaryLeft,
  upAsync,
  upDependsOnProcess,
  upDependsOnRows,
  upMissing,
  upNotRepeatable,
  valuesLost,
  valuesSwapped,
  versionDisagrees,
  versionDuplicate,
  versionGap,
  writeWithoutWhere,
]
