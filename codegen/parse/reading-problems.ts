// Problems that keep a file or an expression from being read without executing it. One function per code; its doc comment is the
// code's meaning.
import type { Diagnostic, Position } from '../model/diagnostic.js'

import { problemIn } from '../diagnostics/problem.js'
import type { SyntaxError } from './syntax-errors.js'

/** The file is not valid TypeScript; the message is the compiler's. The first error of a file is shown, the others are counted. */
export const syntaxError = (
  at: Position,
  { message, number }: SyntaxError,
  more: number,
): Diagnostic =>
  problemIn('READ_SYNTAX', at, {
    message: `there is a syntax error: ${message}${following(more)}`,
    fix: `Correct the syntax. TypeScript calls this error TS${number}.`,
  })

function following(more: number): string {
  if (more === 0) return ''
  const errors = more === 1 ? 'One more error follows' : `${more} more errors follow`
  return ` ${errors} in this file, perhaps only because of this one.`
}

/** The code is nested too deeply to be read. */
export const tooDeep = (at: Position): Diagnostic =>
  problemIn('READ_TOO_DEEP', at, {
    message: 'the code is nested too deeply to be read.',
    fix: 'Put long texts into one template literal or into an SQL file.',
  })

/** Combined constants make a text or a list that is too large. */
export const tooLarge = (at: Position): Diagnostic =>
  problemIn('READ_TOO_LARGE', at, {
    message: 'what is put together here is too large to be read.',
    fix: 'Write less of it at once: create the rows in SQL, or in a function that runs one statement after another.',
  })

/** The default export comes from another file. */
export const reexported = (at: Position): Diagnostic =>
  problemIn('READ_REEXPORT', at, {
    message: 'the migration is re-exported from another file, so it is not read.',
    fix:
      'Write the migration in this file: `export default defineMigration({ up, down })`. ' +
      'It may import `up` and `down` from a `_*` file in the migrations folder.',
  })

/**
 * The file has CommonJS exports, although it is TypeScript, or its name or package.json makes it an ES module; or in a form that
 * is only known when it runs.
 */
export const commonJs = (at: Position, moduleBy?: 'name' | 'package'): Diagnostic =>
  problemIn('READ_COMMONJS', at, {
    message: moduleBy
      ? `the file has CommonJS exports, but ${moduleBy === 'name' ? 'its name ends in .mjs' : 'package.json says `"type": "module"`'}: to Node and bundlers it is an ES module, and exports nothing that way.`
      : 'the file has CommonJS exports that cannot be read without running the file.',
    fix: moduleBy
      ? 'Rename the file so that it ends in .cjs, or write `export default defineMigration({ up, down })`.'
      : 'Write `export default defineMigration({ up, down })`, or in a CommonJS file in JavaScript one `module.exports = …` or `exports.up = …` at its top level.',
  })

/** The file has more than one default export. */
export const secondDefault = (at: Position): Diagnostic =>
  problemIn('READ_SECOND_DEFAULT', at, {
    message: 'there is a second default export; a file has one migration, or one list of them.',
    fix: 'Remove one of the two, or give each migration a file of its own.',
  })

/** A value is the result of a call, which is only known when it runs. */
export const called = (at: Position, call: string): Diagnostic =>
  problemIn('READ_CALL', at, {
    message: `the value is what \`${call}\` returns, which is known only when it runs.`,
    fix: 'Write the value itself here: an object, a function, a string or a list.',
  })

/** `defineMigration` and the like are used without being imported from Lockstep. */
export const notImported = (at: Position, name: string): Diagnostic =>
  problemIn('READ_NOT_IMPORTED', at, {
    message: `\`${name}\` is used, but it is not imported from Lockstep.`,
    fix:
      `Import it by name from your driver's door, for example ` +
      `\`import { ${name} } from 'lockstep/better-sqlite3'\`.`,
  })

/** A list or a text is computed by a method such as `map`, `filter` or `slice`. */
export const mapped = (at: Position, method: string): Diagnostic =>
  problemIn('READ_MAPPED', at, {
    message: `the value is made by \`.${method}(…)\`, which is known only when it runs.`,
    fix: 'Write it out: a text as it is, the elements of a list one by one; spreads of constant lists are fine.',
  })

/** A value depends on a condition, so it may differ from run to run. */
export const conditional = (at: Position): Diagnostic =>
  problemIn('READ_CONDITIONAL', at, {
    message: 'the value depends on a condition; a migration must be the same in every run.',
    fix: 'Write one value. Put the condition inside `up`, or make it a migration of its own.',
  })

/** A property whose name is computed. */
export const computedKey = (at: Position): Diagnostic =>
  problemIn('READ_COMPUTED_KEY', at, {
    message: 'the name of a property is computed, so it is not known without running the code.',
    fix: 'Write the name itself: `up`, not `[name]`.',
  })

/** A value is imported from a file that is not a `_*` helper of the migrations folder. */
export const imported = (at: Position, name: string, from: string): Diagnostic =>
  problemIn('READ_IMPORTED', at, {
    message: `\`${name}\` comes from '${from}', so it can change without this migration being touched.`,
    fix: 'Write it in this file, or move it to a `_*` file in the migrations folder and import it from there.',
  })

/** A helper file has syntax errors, so what it exports is not known. */
export const importBroken = (at: Position, name: string, from: string): Diagnostic =>
  problemIn('READ_IMPORT_BROKEN', at, {
    message: `\`${name}\` comes from '${from}', which has syntax errors.`,
    fix: 'Correct them there.',
  })

/** A helper file has no export of the imported name. */
export const importMissing = (at: Position, name: string, from: string): Diagnostic =>
  problemIn('READ_IMPORT_MISSING', at, {
    message: `'${from}' has no export \`${name}\`.`,
    fix: 'Export it there, or correct the name.',
  })

/** A name refers to something that is not a constant: `let`, a destructured variable, a parameter. */
export const notConstant = (at: Position, name: string): Diagnostic =>
  problemIn('READ_NOT_CONSTANT', at, {
    message: `\`${name}\` is not a constant with a value of its own, so what it holds is not known.`,
    fix: `Declare it as \`const ${name} = …\` at the top level of the file.`,
  })

/** A name that is declared nowhere in the file. */
export const undeclared = (at: Position, name: string): Diagnostic =>
  problemIn('READ_UNDECLARED', at, {
    message: `\`${name}\` is not declared.`,
    fix: 'Declare it with `const` at the top level of the file, or correct the name.',
  })

/** A constant list, object or class that other code of the file may change. */
export const touched = (at: Position, name: string): Diagnostic =>
  problemIn('READ_CHANGED', at, {
    message: `\`${name}\` is part of the migration, and a statement may change it when the file is loaded.`,
    fix: `Write the whole of \`${name}\` in its declaration, and remove this statement.`,
  })

/** A value that a migration uses is changed by another file, which the checksum of the migration does not cover. */
export const changedElsewhere = (
  at: Position,
  shown: string,
  { name, declared, user }: { name: string; declared: Position; user: string },
): Diagnostic =>
  problemIn('READ_CHANGED_ELSEWHERE', at, {
    message:
      `\`${shown}\` changes \`${name}\` of ${declared.file}:${declared.line}:${declared.column}, which ${user} uses; what that ` +
      'does to it is not part of its checksum.',
    fix: `Write the whole of \`${name}\` where it is declared, or change a copy: \`[...${name}]\`.`,
  })

/** A constant that is defined in terms of itself. */
export const circular = (at: Position, name: string): Diagnostic =>
  problemIn('READ_CIRCULAR', at, {
    message: `\`${name}\` is defined in terms of itself, so it has no value.`,
    fix: 'Give it a value that does not depend on itself.',
  })

/** An expression of a kind that cannot be read without executing it. */
export const notReadable = (at: Position, what: string): Diagnostic =>
  problemIn('READ_EXPRESSION', at, {
    message: `${what} cannot be read without running the code.`,
    fix: 'Write a constant: a string, a template with constants in its holes, a number, a list or an object.',
  })

/** An array with a hole in it. */
export const emptyItem = (at: Position): Diagnostic =>
  problemIn('READ_EMPTY_ITEM', at, {
    message: 'an element of the list is missing.',
    fix: 'Remove the comma.',
  })

/** An interpolated value in a `sql` template that cannot be written as SQL. */
export const holeNotSql = (at: Position): Diagnostic =>
  problemIn('READ_HOLE', at, {
    message: 'the template has a value that is not a constant that can be written as SQL.',
    fix: 'Put a string, a number, a boolean, null or another `sql` fragment there.',
  })
