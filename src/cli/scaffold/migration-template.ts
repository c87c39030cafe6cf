// The text of a new migration, in each of the forms that `create` writes. Pure.
import { pascalCase } from 'change-case'
import { versionId } from '../../model/version.js'
import { firstSql } from './first-sql.js'
import type { MigrationTitle } from './migration-name.js'
import { exporting, importLine, objectText, type ScriptStyle } from './script-text.js'

/** The text of `001_initial`. */
export const firstMigration = (style: ScriptStyle, driver: string): string =>
  `${objectMigration(style, driver, FIRST).join('\n')}\n`

const FIRST = [
  "  description: 'The first table, as an example',",
  '',
  '  up(db) {',
  '    db.exec(`',
  '      CREATE TABLE notes (',
  '        id INTEGER PRIMARY KEY,',
  '        body TEXT NOT NULL,',
  '        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP',
  '      );',
  '    `)',
  '  },',
  '',
  '  down(db) {',
  '    db.exec(`',
  '      DROP TABLE notes;',
  '    `)',
  '  },',
]

/** The form of a new migration. */
export type TemplateForm = 'object' | 'sql' | 'class'

/** What a template is filled with. */
export interface TemplateFacts extends MigrationTitle {
  readonly version: number
  readonly form: TemplateForm
  readonly language: 'ts' | 'js'
  readonly style: ScriptStyle
  /** The package door of the client, such as `better-sqlite3`. */
  readonly driver: string
}

/**
 * The text of a new migration. Where its name does not say what to do, it does nothing: generating then reports it as
 * empty, so that it cannot be applied before it is written.
 */
export function migrationTemplate(facts: TemplateFacts): string {
  const lines = { sql: sqlFile, object: objectFile, class: classFile }[facts.form](facts)
  return `${lines.join('\n')}\n`
}

const UP_HINT = 'Write here what this migration does.'
const DOWN_HINT = 'Write here how to undo it.'

function sqlFile({ name, description }: TemplateFacts): string[] {
  const sql = firstSql(name)
  return [
    `-- description: ${description}`,
    '',
    '-- migrate:up',
    sql?.up ?? `-- ${UP_HINT}`,
    '',
    '-- migrate:down',
    sql?.down ?? `-- ${DOWN_HINT}`,
  ]
}

function objectFile({ name, description, driver, style }: TemplateFacts): string[] {
  const sql = firstSql(name)
  return objectMigration(style, driver, [
    `  description: '${description}',`,
    '',
    '  up(db) {',
    ...indent(body(sql?.up, UP_HINT), 4),
    '  },',
    '',
    '  down(db) {',
    ...indent(body(sql?.down, DOWN_HINT), 4),
    '  },',
  ])
}

/** A migration in object form with these members. */
const objectMigration = (
  style: ScriptStyle,
  driver: string,
  members: readonly string[],
): string[] =>
  objectText(style, {
    door: `lockstep/${driver}`,
    define: 'defineMigration',
    type: 'MigrationDefinition',
    name: 'migration',
    members,
  })

function classFile({
  version,
  name,
  description,
  language,
  driver,
  style,
}: TemplateFacts): string[] {
  const sql = firstSql(name)
  const typed = language === 'ts'
  const imported = typed ? 'Migration, type Handle' : 'Migration'
  const parameter = typed ? 'db: Handle' : 'db'
  const result = typed ? ': void' : ''
  return [
    importLine(style, imported, `lockstep/${driver}`),
    '',
    `${exporting(style)} class ${className(name)} extends Migration {`,
    `  version = '${versionId(version)}'`,
    `  description = '${description}'`,
    '',
    `  up(${parameter})${result} {`,
    ...indent(body(sql?.up, UP_HINT), 4),
    '  }',
    '',
    `  down(${parameter})${result} {`,
    ...indent(body(sql?.down, DOWN_HINT), 4),
    '  }',
    '}',
  ]
}

/** A class cannot begin with a digit. */
const className = (name: string): string => pascalCase(name).replace(/^\d/, 'Migration$&')

const body = (sql: string | undefined, hint: string): string[] =>
  sql === undefined ? [`// ${hint}`] : ['db.exec(`', ...indent(sql.split('\n'), 2), '`)']

const indent = (lines: readonly string[], width: number): string[] =>
  lines.map((line) => (line === '' ? '' : ' '.repeat(width) + line))
