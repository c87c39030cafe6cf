// A migration file does not say how to apply it.
import { ts } from 'ts-morph'
import { unwrap } from '../../loading/erased-syntax.js'
import { versionId } from '../../../src/model/version.js'
import type { Form, ParsedMigration } from '../../model/migration.js'
import type { Finding, Rule, Script } from '../subject/rule.js'

/** Also covers files without a default export. Silent if the reading has already reported that it could not read something. */
export const upMissing: Rule = {
  code: 'UP_MISSING',
  severity: 'error',
  override: 'fixed',
  *check({ reading, scripts }) {
    for (const migration of reading.migrations) {
      if (migration.up || migration.unreadable) continue
      const script = scripts.find(({ file }) => file === migration.file.file)
      const meant = migration.form === 'exports' && script ? migrationIn(script) : null
      yield meant === null ? WITHOUT_UP[migration.form](migration) : notByDefault(migration, meant)
    }
  },
}

const notByDefault = ({ file, position }: ParsedMigration, name: string): Finding => ({
  at: position,
  message: `${file.file} has no default export. \`${name}\` looks like its migration, but it is not found by that name.`,
  fix: `Add \`export default ${name}\`.`,
})

/** The only thing declared at the top level that is an object or a class with \`up\`, or made by defineMigration. */
function migrationIn({ syntax }: Script): string | null {
  const names = syntax.statements.flatMap((statement) => {
    if (ts.isClassDeclaration(statement))
      return statement.name && hasUp(statement.members) ? [statement.name.text] : []
    if (!ts.isVariableStatement(statement)) return []
    return statement.declarationList.declarations.flatMap(({ name, initializer }) =>
      ts.isIdentifier(name) && initializer && isMigration(initializer) ? [name.text] : [],
    )
  })
  return names.length === 1 ? names[0]! : null
}

function isMigration(expression: ts.Expression): boolean {
  const value = unwrap(expression)
  if (ts.isCallExpression(value)) return /^defineMigrations?$/.test(value.expression.getText())
  if (ts.isObjectLiteralExpression(value)) return hasUp(value.properties)
  return ts.isClassExpression(value) && hasUp(value.members)
}

const hasUp = (members: readonly (ts.ClassElement | ts.ObjectLiteralElementLike)[]): boolean =>
  members.some(({ name }) => name && !ts.isComputedPropertyName(name) && name.getText() === 'up')

/** A file without a default export is read as named exports, even if it has none of them. */
const WITHOUT_UP: Readonly<Record<Form, (migration: ParsedMigration) => Finding>> = {
  object: withoutMember,
  class: withoutMember,
  exports: ({ file, position }) => ({
    at: position,
    message: `${file.file} has no default export and exports no \`up\`, so it is not a migration.`,
    fix: 'Write `export default defineMigration({ up: …, down: … })`, or begin the name of the file with `_` if it is a helper.',
  }),
  list: ({ version, file, position }) => ({
    at: position,
    message: `Version ${versionId(version)} in ${file.file} has no \`sql\`.`,
    fix: 'Add `sql` with the statements to run.',
  }),
  sql: ({ file, position }) => ({
    at: position,
    message: `${file.file} says nothing about how to apply the migration.`,
    fix: 'Write the statements below a line `-- migrate:up`.',
  }),
}

function withoutMember({ file, position }: ParsedMigration): Finding {
  return {
    at: position,
    message: `${file.file} has no \`up\`.`,
    fix: 'Add `up`: a function that receives the database, or SQL as a string.',
  }
}
