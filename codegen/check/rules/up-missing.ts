// A migration file says nothing about how to apply it.
import { ts } from 'ts-morph'
import type { MigrationFile, ParsedMigration } from '../../model.js'
import { fileStart } from '../place.js'
import type { Finding, Rule, Script, Subject } from '../rule.js'

/** Covers files without a default export too. Silent where the reading has said already that it could not read. */
export const upMissing: Rule = {
  code: 'UP_MISSING',
  severity: 'error',
  standing: 'fixed',
  stage: 'migrations',
  meaning: 'A migration has no `up`, or its file exports no migration.',
  problem: 'There is nothing to run, yet the version would count as applied.',
  solution:
    'Add `up`. In a TypeScript file: `export default defineMigration({ up: …, down: … })`. In an SQL file: a section that begins with `-- migrate:up`.',
  *check(subject) {
    const { migrations, discovery } = subject.reading
    for (const one of migrations) if (!one.up && !one.unreadable) yield withoutUp(one, subject)
    const read = new Set(migrations.flatMap((one) => [one.file.file, one.downFile?.file]))
    for (const file of discovery.files) {
      const explained = read.has(file.file) || subject.troubled.has(file.file)
      if (!explained && file.from === file.to) yield withoutMigration(file)
    }
  },
}

function withoutUp(migration: ParsedMigration, { scripts }: Subject): Finding {
  const { file, form, position } = migration
  if (form === 'sql') return withoutSection(migration)
  if (form === 'list')
    return {
      at: position,
      message: `An element of the list in ${file.file} has no \`sql\`.`,
      fix: FIX_LIST,
    }
  const script = scripts.find((one) => one.file === file.file)
  if (script && !hasDefaultExport(script)) return withoutMigration(file)
  return { at: position, message: `${file.file} has no \`up\`.`, fix: FIX_UP }
}

function withoutSection({ file, position }: ParsedMigration): Finding {
  const next = file.kind === 'sql-down' ? file.file.replace(/\.down\.sql$/, '.up.sql') : file.file
  return {
    at: position,
    message: `${file.file} says nothing about how to apply the migration.`,
    fix: `Write the statements below a line \`-- migrate:up\` in ${next}.`,
  }
}

const withoutMigration = (file: MigrationFile): Finding => ({
  at: fileStart(file.file),
  message: `${file.file} has no default export and exports no \`up\`, so it is no migration.`,
  fix: 'Write `export default defineMigration({ up: …, down: … })`, or begin the name of the file with `_` if it is a helper.',
})

const FIX_UP = 'Add `up`: a function that receives the database, or SQL as a text.'
const FIX_LIST = 'Add `sql` with the statements to run.'

function hasDefaultExport({ syntax }: Script): boolean {
  return syntax.statements.some(
    (statement) =>
      ts.isExportAssignment(statement) ||
      hasDefaultModifier(statement) ||
      exportsDefault(statement),
  )
}

const hasDefaultModifier = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) &&
  (statement.modifiers ?? []).some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)

const exportsDefault = (statement: ts.Statement): boolean =>
  ts.isExportDeclaration(statement) &&
  statement.exportClause !== undefined &&
  ts.isNamedExports(statement.exportClause) &&
  statement.exportClause.elements.some(({ name }) => name.text === 'default')
