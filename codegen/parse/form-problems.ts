// Problems with the parts of a migration, a class or a list. One function per code; its doc comment is the code's meaning.
import type { Diagnostic, Position } from '../model/diagnostic.js'
import { problemIn, withSeverity } from '../diagnostics/problem.js'

/** A member of a migration has a value of the wrong type. */
export const wrongType = (at: Position, name: string, expected: string): Diagnostic =>
  problemIn('READ_WRONG_TYPE', at, {
    message: `\`${name}\` must be ${expected}.`,
    fix: `Write ${expected}.`,
  })

/** An unknown member in `alter`. */
export const alterKey = (
  at: Position,
  {
    name,
    key,
    keys,
  }: { readonly name: string; readonly key: string; readonly keys: readonly string[] },
): Diagnostic =>
  problemIn('READ_ALTER_KEY', at, {
    message: `\`${key}\` is not a member of \`${name}\` in \`alter\`.`,
    fix: `Write one of ${keys.join(', ')}.`,
  })

/** `alter` together with something that excludes it, or in a place where it is not allowed. */
export const alterForm = (at: Position, why: string): Diagnostic =>
  problemIn('READ_ALTER_FORM', at, {
    message: `\`alter\` cannot stand here: ${why}.`,
    fix: "Write `export default defineMigration({ alter: { … }, down: 'auto' })`; put anything else into a migration of its own.",
  })

/** `batches` together with something that excludes it, or in a place where it is not allowed. */
export const batchesForm = (at: Position, why: string): Diagnostic =>
  problemIn('READ_BATCHES_FORM', at, {
    message: `\`batches\` cannot stand here: ${why}.`,
    fix: 'Write `export default defineMigration({ batches: [{ query, by, update }], down: … })`; put anything else into a migration of its own.',
  })

/** An element of `batches` that lacks a required member, or has one that is unknown or invalid. */
export const batchesInvalid = (at: Position, why: string): Diagnostic =>
  problemIn('READ_BATCHES_INVALID', at, {
    message: `this is not a valid walk over rows: ${why}.`,
    fix: "Write `{ query: 'SELECT id FROM users', by: 'id', update: 'UPDATE users SET … WHERE id BETWEEN :from AND :to' }`, or in place of `update` a function: `each(db, rows) { … }`.",
  })

/** `down: 'auto'` with an `up` that is a function, or has a statement whose inverse does not follow from its text. */
export const downNotDerived = (at: Position, why: string): Diagnostic =>
  problemIn('READ_DOWN_NOT_DERIVED', at, {
    message: `\`down\` cannot be derived from \`up\`: ${why}.`,
    fix: 'Write `down` yourself, or say in `irreversible` why there is none.',
  })

/** The default export is not a migration. */
export const notAMigration = (at: Position, what: string): Diagnostic =>
  problemIn('READ_NOT_A_MIGRATION', at, {
    message: `the default export is ${what}, not a migration.`,
    fix: 'Write `export default defineMigration({ up, down })`, or export functions named `up` and `down`.',
  })

/** A generator function as `up` or `down`: calling it runs nothing. */
export const generator = (at: Position, name: string): Diagnostic =>
  problemIn('READ_GENERATOR', at, {
    message: `\`${name}\` is a generator function; calling it would run none of its code.`,
    fix: 'Remove the `*`.',
  })

/** A version in code that is not a positive integer. */
export const versionInvalid = (at: Position, shown: string): Diagnostic =>
  problemIn('READ_VERSION', at, {
    message: `${shown} is not a version; versions are 1, 2, 3 and so on.`,
    fix: "Write a positive integer or its digits: `2` or `'002'`.",
  })

/** A property or export whose name is almost that of a member of a migration. */
export const misspelt = (at: Position, name: string, meant: string): Diagnostic =>
  withSeverity(
    'warning',
    problemIn('READ_MISSPELT', at, {
      message: `\`${name}\` is not part of a migration and has no effect.`,
      fix: `Did you mean \`${meant}\`?`,
    }),
  )

/** A class extends something other than Lockstep's `Migration`. */
export const classBase = (at: Position, base: string): Diagnostic =>
  problemIn('READ_CLASS_BASE', at, {
    message: `the class extends \`${base}\`; what it inherits from there is not read.`,
    fix: 'Extend `Migration` of Lockstep or nothing, and write `up` and `down` in this class. Put shared code into functions.',
  })

/** An abstract class as a migration: it cannot be instantiated. */
export const classAbstract = (at: Position): Diagnostic =>
  problemIn('READ_CLASS_ABSTRACT', at, {
    message: 'the class is abstract, so no migration can be made from it.',
    fix: 'Remove `abstract`.',
  })

/** A migration class whose constructor requires arguments. */
export const classArguments = (at: Position): Diagnostic =>
  problemIn('READ_CLASS_ARGUMENTS', at, {
    message: 'the migration class takes arguments, but Lockstep creates it without any.',
    fix: 'Write the values into the class, as fields or in `super({ … })`.',
  })

/** A static `up` or `down`, which the instance that runs does not have. */
export const classStatic = (at: Position, name: string): Diagnostic =>
  problemIn('READ_CLASS_STATIC', at, {
    message: `\`${name}\` is static, but a migration runs as an instance of its class.`,
    fix: 'Remove `static`.',
  })

/** A decorator in a migration class, which may replace what it decorates. */
export const classDecorated = (at: Position, decorator: string): Diagnostic =>
  problemIn('READ_CLASS_DECORATED', at, {
    message:
      `\`${decorator}\` is a decorator, which can replace \`up\` or \`down\` with other code; that code would be ` +
      'neither checked nor part of the checksum.',
    fix: 'Remove the decorator, and do its work inside `up`.',
  })

/** A constructor of a migration class that does more than set properties. */
export const classConstructor = (at: Position, statement: string): Diagnostic =>
  problemIn('READ_CLASS_CONSTRUCTOR', at, {
    message: `the constructor does more than describe the migration: \`${statement}\`.`,
    fix: 'Keep only `super({ … })` and assignments such as `this.description = …` in it, or use fields; move the rest into `up`.',
  })

/** Code in a migration class that replaces its `up` or `down`, or may do so. */
export const classChanged = (at: Position, code: string): Diagnostic =>
  problemIn('READ_CLASS_CHANGED', at, {
    message:
      `the class can get another \`up\` or \`down\` than the one that is written in it, because of \`${code}\`; that code would ` +
      'be neither checked nor part of the checksum.',
    fix:
      'Write `up` and `down` as methods, with all that they do. Fields and the constructor may read members by name, but not ' +
      'call them or pass `this` or the class to other code.',
  })

/** A class with two members named `up` or `down`, of which only one would run. */
export const classTwice = (at: Position, name: string): Diagnostic =>
  problemIn('READ_CLASS_TWICE', at, {
    message: `the class has two members named \`${name}\`, of which only one would run.`,
    fix: 'Keep one of the two.',
  })

/** A file that is named for a range of versions but does not export a list. */
export const listExpected = (at: Position, range: string): Diagnostic =>
  problemIn('READ_LIST_EXPECTED', at, {
    message: `no list of migrations is exported, but the name of the file promises ${range}.`,
    fix: 'Write `export default defineMigrations([…])`, or name the file for one version.',
  })

/** An element of a list that is not an object. */
export const listElement = (at: Position): Diagnostic =>
  problemIn('READ_LIST_ELEMENT', at, {
    message: 'an element of the list is not a migration.',
    fix: "Write an object: `{ version: 1, description: '…', sql: ['…'], down: ['…'] }`.",
  })

/** An element of a list without a version. */
export const listVersionMissing = (at: Position): Diagnostic =>
  problemIn('READ_LIST_VERSION_MISSING', at, {
    message: 'an element of the list has no version.',
    fix: 'Add `version: …`; the order in the list does not count.',
  })

/** An element of a list whose name is not in snake_case. */
export const listName = (at: Position, name: string, suggestion: string | null): Diagnostic =>
  problemIn('READ_LIST_NAME', at, {
    message: `'${name}' is not a valid name for a migration, which must be in snake_case.`,
    fix:
      `${suggestion === null ? '' : `Did you mean '${suggestion}'? `}Use lower-case letters, digits and \`_\` between words, or leave the ` +
      'name out. A sentence about what it does belongs in `description`.',
  })

/** A function in a list, which may only contain SQL. */
export const listFunction = (at: Position, name: string): Diagnostic =>
  problemIn('READ_LIST_FUNCTION', at, {
    message: `\`${name}\` is a function, but the migrations of a list are SQL only.`,
    fix: 'Write it as SQL, or give this migration a file of its own.',
  })

/** An element of a list with both `sql` and `up`. */
export const listSqlAndUp = (at: Position): Diagnostic =>
  problemIn('READ_LIST_SQL_AND_UP', at, {
    message: 'an element of the list has both `sql` and `up`, which mean the same.',
    fix: 'Keep one of the two.',
  })

/** Versions in the range of the file name that are missing from the list. */
export const listMissing = (at: Position, versions: string, range: string): Diagnostic =>
  problemIn('READ_LIST_MISSING', at, {
    message: `the list has no ${versions}, but the name of the file promises ${range}.`,
    fix: 'Add what is missing, or rename the file to the range that it holds.',
  })

/** A version in the list that is outside the range of the file name. */
export const listExtra = (at: Position, version: string, range: string): Diagnostic =>
  problemIn('READ_LIST_EXTRA', at, {
    message: `the list has version ${version}, but the name of the file promises ${range}.`,
    fix: 'Rename the file to the range that it holds, or move this migration to another file.',
  })

/** A version that occurs twice in a list. */
export const listRepeated = (at: Position, version: string, first: number): Diagnostic =>
  problemIn('READ_LIST_REPEATED', at, {
    message: `the list already has version ${version}, in line ${first}.`,
    fix: 'Give each migration of the list a version of its own.',
  })
