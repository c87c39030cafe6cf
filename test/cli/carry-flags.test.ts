// Commands in messages name the database that was asked about, so that they can be copied as they are.
import { expect, test } from 'vitest'
import { carryFlags } from '../../src/cli/carry-flags.js'
import { makePrinter } from '../../src/cli/printer.js'
import type { Flags } from '../../src/cli/command/flags.js'
import { testSome } from '../support/some-of.js'

testSome<[Flags, string, string]>([
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
  [{ name: 'n' }, '`lockstep migrate --to core:003`', '`lockstep migrate --to core:003`'],
  [{ name: 'n' }, '`lockstep migrate --to 003`', '`lockstep migrate --to 003 --name n`'],
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
])('%j: %s', (flags, text, carried) => expect(carryFlags(flags)(text)).toBe(carried))

test('a JSON document advises the same commands as the printed text, and nothing else in it is touched', () => {
  const texts = { stdout: '', stderr: '' }
  const streams = {
    stdin: {},
    stdout: { write: (part: string) => (texts.stdout += part) },
    stderr: { write: (part: string) => (texts.stderr += part) },
    environment: {},
  }
  const fix = 'Run `lockstep migrate`.'
  const carried = 'Run `lockstep migrate --name cache --db x.db`.'
  const flags: Flags = { db: 'x.db', name: 'cache', json: true }
  makePrinter(flags, streams).printResult({
    exitCode: 0,
    json: { problems: [{ message: fix, fix }], name: fix, fixes: [fix], fix: null },
    text: () => [],
  })
  const problems = [{ message: carried, fix: carried }]
  expect(JSON.parse(texts.stdout)).toEqual({ problems, name: fix, fixes: [fix], fix: null })
  texts.stdout = ''
  const error = { code: 'LOCK_TIMEOUT', message: 'No.', fix } as never
  makePrinter(flags, streams).printFailure(error)
  expect(JSON.parse(texts.stdout)).toMatchObject({ error: { message: 'No.', fix: carried } })
  makePrinter({ ...flags, json: false }, streams).printFailure(error)
  expect(texts.stderr).toContain(carried)
})
