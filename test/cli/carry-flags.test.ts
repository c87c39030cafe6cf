// Commands in messages name the database that was asked about, so that they can be copied as they are.
import { expect, test } from 'vitest'
import { carryFlags } from '../../src/cli/carry-flags.js'
import type { Flags } from '../../src/cli/command/flags.js'

test.each<[Flags, string, string]>([
  [{}, 'Run `lockstep mark 003 --applied`.', 'Run `lockstep mark 003 --applied`.'],
  [
    { db: 'other.db' },
    'Run `lockstep mark 003 --applied` or `lockstep adopt --at 2`.',
    'Run `lockstep mark 003 --applied --db other.db` or `lockstep adopt --at 2 --db other.db`.',
  ],
  [
    { config: 'a/lockstep.config.ts', name: 'cache', db: 'x.db' },
    '`lockstep migrate`',
    '`lockstep migrate --config a/lockstep.config.ts --name cache --db x.db`',
  ],
  // What a command does not take, or has already.
  [{ db: 'x.db', name: 'n' }, '`lockstep gen`', '`lockstep gen --name n`'],
  [{ db: 'x.db' }, '`lockstep rollback --db y.db`', '`lockstep rollback --db y.db`'],
  [{ db: 'x.db' }, '`lockstep status | cat`', '`lockstep status | cat`'],
  [{ db: 'x.db' }, '`lockstep nothing` lockstep status', '`lockstep nothing` lockstep status'],
  // What a shell would read otherwise.
  [{ db: 'my app.db' }, '`lockstep status`', '`lockstep status --db "my app.db"`'],
  [
    { db: "$HOME/it's.db" },
    '`lockstep up`',
    String.raw`${'`'}lockstep up --db '$HOME/it'\''s.db'${'`'}`,
  ],
])('%j: %s', (flags, text, carried) => {
  expect(carryFlags(flags)(text)).toBe(carried)
})
