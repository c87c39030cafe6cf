// What the configuration knows of histories that need each other, as commands.
import { expect } from 'vitest'
import { LockstepError, problemOf } from '../../src/errors/lockstep-error.js'
import { neededElsewhere, needsUnmet, type Needing } from '../../src/errors/needs.js'
import { withCommands } from '../../src/cli/render/named-needs.js'
import { testSome } from '../support/some-of.js'

const known = {
  name: null,
  histories: {
    plugin: { migrations: 'plugin', table: '_migrations_plugin', out: 'plugin/generated' },
    more: { migrations: 'more', table: '_migrations_more' },
  },
}

const needing = (ledger: string, more: Partial<Needing> = {}): Needing => ({
  id: '001',
  ledger,
  by: '003',
  name: 'a',
  ...more,
})

const fixFor = (...all: readonly Needing[]): string => {
  const cause = neededElsewhere({ version: 1, name: 'users' }, all)
  return withCommands(problemOf(new LockstepError(cause), 'error'), known).fix
}

testSome<[string, readonly Needing[], string]>([
  [
    'all are known',
    [needing('_migrations_plugin')],
    'First undo what needs it: `lockstep rollback --to plugin:002`. If',
  ],
  [
    'of one there is no code here',
    [needing('_migrations_gone'), needing('_migrations_plugin')],
    'First undo what needs it: `lockstep rollback --to plugin:002`, and with its own code or configuration _migrations_gone to 002. If',
  ],
  [
    'one is only known by its place',
    [needing('_migrations_plugin'), needing('_migrations_more', { by: '001' })],
    '`lockstep rollback --to plugin:002`, and with its own code or configuration more to 000. If',
  ],
  [
    'none is known',
    [needing('_migrations_gone')],
    'First undo what needs it, with the code of its history. If',
  ],
  [
    'one that is not known was started',
    [needing('_migrations_gone', { isPart: true }), needing('_migrations_plugin')],
    'Finish what was started, with the code of its history, or undo by hand',
  ],
  [
    'so were two, of which one is known',
    [
      needing('_migrations_gone', { isPart: true }),
      needing('_migrations_plugin', { isPart: true }),
    ],
    'and mark it as pending. Finish 003 of plugin with `lockstep migrate --name plugin`',
  ],
])('where %s', (_, all, fix) => {
  expect(fixFor(...all)).toContain(fix)
})

testSome([
  [['plugin:002'], 'Migrate without `--name`: that applies all histories'],
  [
    ['plugin:002', 'more:004'],
    'Apply what is needed first: `lockstep migrate --to plugin:002`, and with its own code or configuration more to 004.',
  ],
  [['more:004'], 'Migrate more first, with its own code or configuration.'],
])('what applies %j first', (missing, fix) => {
  const where = { version: 1, name: 'a', direction: 'up', file: 'a.sql', outside: false } as const
  const cause = needsUnmet([{ where, missing }])
  const all = { ...known, name: 'notes' }
  expect(withCommands(problemOf(new LockstepError(cause), 'error'), all).fix).toContain(fix)
})
