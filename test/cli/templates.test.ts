// `create --template`: comments that do nothing, and that work once they are no comments.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EXAMPLE_NAMES } from '../../src/cli/command/flags.js'
import { migrationTemplate, type TemplateForm } from '../../src/cli/scaffold/migration-template.js'
import { versionId } from '../../src/model/version.js'
import { runProgram } from './support/command-line.js'
import { migrationProject } from './support/project.js'
import { processesHere } from '../support/processes-here.js'
import { testSome } from '../support/some-of.js'

processesHere()

const TABLES = `-- migrate:up
CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, phone TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
-- irreversible: a test
`

const COLUMNS = `-- migrate:up
ALTER TABLE contacts ADD COLUMN changed_at TIMESTAMP;
ALTER TABLE contacts ADD COLUMN search_name TEXT;
-- migrate:down
ALTER TABLE contacts DROP COLUMN search_name;
ALTER TABLE contacts DROP COLUMN changed_at;
`

/** What makes the table anew comes first: it names all columns. */
const IN_ORDER = ['rebuild', ...EXAMPLE_NAMES.filter((name) => name !== 'rebuild')] as const

/** One migration of each example in this form, as it is once its comment marks are taken away. */
const written = (form: TemplateForm): [file: string, text: string][] =>
  IN_ORDER.map((example, at) => {
    const version = at === 0 ? 2 : at + 3
    const name = example.replace('-', '_')
    const text = migrationTemplate({
      version,
      form,
      example,
      name,
      description: name,
      language: 'ts',
      style: 'module',
      driver: 'better-sqlite3',
    })
    const extension = form === 'sql' ? 'sql' : 'ts'
    return [`${versionId(version)}_${name}.${extension}`, uncommented(text)]
  })

/** A declaration stands in the place of the functions behind it. */
const uncommented = (text: string): string =>
  text
    .replace(/ {2}\/\/ In place of `up` and `down`:\n((?: {2}\/\/.*\n)+)[^]*(?=^\}\))/m, '$1')
    .replace(/^(\s*)(?:\/\/|--(?! (?:description|migrate)\b)) /gm, '$1')

describe('a template', () => {
  testSome(['object', 'class', 'sql'] as const)('is right as it stands: %s', async (form) => {
    const root = migrationProject({
      '001_tables.sql': TABLES,
      '003_columns.sql': COLUMNS,
      ...Object.fromEntries(written(form)),
    })
    const { exitCode, stdout, stderr } = await runProgram(root, ['gen'])
    expect(exitCode, stdout + stderr).toBe(0)
    expect((await runProgram(root, ['migrate'])).exitCode).toBe(0)
    expect((await runProgram(root, ['rollback', '--to', '1', '--yes'])).exitCode).toBe(0)
  })

  testSome(['object', 'class'] as const)('uses what it is given as a draft: %s', (form) => {
    const title = { version: 2, name: 'tidy', description: 'Tidy', language: 'ts' } as const
    const facts = { ...title, style: 'module', driver: 'better-sqlite3', form } as const
    for (const text of [
      migrationTemplate(facts),
      migrationTemplate({ ...facts, example: 'add-column' }),
    ]) {
      expect(text).not.toContain('//')
      expect(text.match(/^ {4}db\.exec\(`\n +-- [A-Z]/gm)).toHaveLength(2)
    }
  })

  it('does nothing before it is edited', async () => {
    const root = migrationProject({ '001_tables.sql': TABLES })
    const argv = ['create', 'fill', 'names', '--template', 'backfill']
    const { exitCode, stdout } = await runProgram(root, argv)
    expect(exitCode, stdout).toBe(0)
    expect(stdout).toContain('It is still empty')
    expect(readFileSync(join(root, 'migrations/002_fill_names.ts'), 'utf8')).toContain(
      '  // batches: [',
    )
  })

  it('is one that there is', async () => {
    const root = migrationProject({ '001_tables.sql': TABLES })
    const { exitCode, stderr } = await runProgram(root, ['create', 'x', '--template', 'tree'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('backfill')
  })
})
