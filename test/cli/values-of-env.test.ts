// `env` of the configuration: what the proof and the command line give migrations, and what a log at `warn` shows.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import Client from 'better-sqlite3'
import { expect, it } from 'vitest'
import { addFiles } from '../support/project.js'
import { processesHere } from '../support/processes-here.js'
import { runProgram } from './support/command-line.js'
import { migrationProject } from './support/project.js'
import { testSome } from '../support/some-of.js'

processesHere()

const MIGRATION = `import { defineMigration } from 'lockstep/better-sqlite3'
export default defineMigration({
  up(db, ctx) {
    db.exec('CREATE TABLE settings (language TEXT NOT NULL)')
    db.prepare('INSERT INTO settings VALUES (?)').run(ctx.env.language)
    ctx.log('quiet')
    ctx.log.warn('in ' + ctx.env.language)
  },
  down: 'DROP TABLE settings',
})
`
const configured = (env: string): Record<string, string> => ({
  'lockstep.config.ts': `export default { database: 'app.db', env: ${env} }\n`,
})

it('is missed by the build, given to migrations, and part of what is remembered of a proof', async () => {
  const root = migrationProject({ '001_settings.ts': MIGRATION })
  addFiles(root, configured(`{ region: 'CH', language: process.env.LANGUAGE_OF_NOBODY }`))
  const missed = await runProgram(root, ['gen'])
  expect(missed.exitCode).toBe(1)
  expect(missed.stdout + missed.stderr).toContain(
    'reads ctx.env.language, which was not given (given: region)',
  )
  addFiles(root, configured(`{ language: 'de' }`))
  expect(await runProgram(root, ['gen'])).toMatchObject({ exitCode: 0 })
  const applied = await runProgram(root, ['migrate'])
  expect(applied, applied.stderr).toMatchObject({ exitCode: 0 })
  expect(applied.stdout + applied.stderr).toContain('001 settings: in de')
  expect(applied.stdout + applied.stderr).not.toContain('quiet')
  const db = new Client(join(root, 'app.db'), { readonly: true })
  expect(db.prepare('SELECT language FROM settings').pluck().get()).toBe('de')
  db.close()
  rmSync(join(root, 'app.db'))
  // NULL is refused by the column: what was proven with another value does not stand for it.
  addFiles(root, configured('{ language: null }'))
  expect((await runProgram(root, ['gen'])).exitCode).toBe(1)
})

testSome(['[]', `'de'`, '1'])('refuses %s', async (env) => {
  const root = migrationProject({ '001_settings.ts': MIGRATION })
  addFiles(root, configured(env))
  const { exitCode, stderr } = await runProgram(root, ['gen'])
  expect(exitCode).toBe(2)
  expect(stderr).toContain('`env` must be an object of values for `ctx.env`')
})
