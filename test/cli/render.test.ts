// Rendering: data in, text out. What a person reads, to the letter.
import { describe, expect, it } from 'vitest'
import { describeError } from '../../src/cli/terminal/describe-error.js'
import { columns, colorsFor, linksFor, makeStyle } from '../../src/cli/terminal/style.js'
import { displayPath } from '../../src/cli/terminal/display-path.js'
import { renderFailure as linesOfFailure } from '../../src/cli/terminal/failure.js'
import { renderHistory as linesOfHistory } from '../../src/cli/render/history.js'
import { renderPlan as linesOfPlan } from '../../src/cli/render/plan.js'
import { count, duration, moment, size } from '../../src/cli/terminal/quantities.js'
import { renderRun as linesOfRun } from '../../src/cli/render/run.js'
import { renderStatus as linesOfStatus } from '../../src/cli/render/status.js'
import { progressLine, type Progress } from '../../src/cli/terminal/progress-line.js'
import { paceProgress } from '../../src/cli/worker/pace-progress.js'
import { historyUnreadable } from '../../src/errors/history.js'
import type { MigrationEvent } from '../../src/model/events.js'
import type { AppliedMigration, Status } from '../../src/model/report.js'
import { testSome } from '../support/some-of.js'

/** What is printed, as one text. */
const printed =
  <A extends readonly unknown[]>(render: (...values: A) => readonly string[]) =>
  (...values: A): string =>
    render(...values).join('\n')
const renderFailure = printed(linesOfFailure)
const renderHistory = printed(linesOfHistory)
const renderPlan = printed(linesOfPlan)
const renderRun = printed(linesOfRun)
const renderStatus = printed(linesOfStatus)

const plain = makeStyle({ colors: 'off', listing: 'whole' })
const folded = makeStyle({ colors: 'off', listing: 'folded' })
const colored = makeStyle({ colors: 'on', listing: 'whole' })

const applied = (version: number, name: string): AppliedMigration => ({
  version,
  id: String(version).padStart(3, '0'),
  name,
  description: null,
  checksum: null,
  appliedAt: 'some day',
  durationMs: 4,
  reversible: true,
})
const EMPTY: Status = {
  state: 'empty',
  version: 0,
  latest: 0,
  applied: [],
  pending: [],
  problems: [],
}

describe('quantities', () => {
  testSome([
    [0, '0 ms'],
    [0.42, '0.4 ms'],
    [9.96, '10 ms'],
    [12.3, '12 ms'],
    [999.4, '999 ms'],
    [1000, '1 s'],
    [3210, '3.2 s'],
    [125_000, '2 min 5 s'],
    [179_900, '3 min 0 s'],
  ])('%d ms is %s', (value, text) => expect(duration(value)).toBe(text))

  testSome([
    [0, '0 bytes'],
    [1, '1 byte'],
    [1023, '1,023 bytes'],
    [1024, '1 KB (1,024 bytes)'],
    [2_621_440, '2.5 MB (2,621,440 bytes)'],
    [5 * 1024 ** 4, '5 TB (5,497,558,138,880 bytes)'],
    [3 * 1024 ** 5, '3072 TB (3,377,699,720,527,872 bytes)'],
  ])('%d bytes are %s', (value, text) => expect(size(value)).toBe(text))

  it('count in singular and plural', () => {
    expect([count(1, 'step'), count(2, 'step'), count(0, 'index', 'indexes')]).toEqual([
      '1 step',
      '2 steps',
      '0 indexes',
    ])
  })

  it('show moments in local time, and leave alone what is none', () => {
    const iso = '2025-01-31T14:05:09Z'
    const date = new Date(iso)
    expect(moment(iso)).toContain(`:05:09`)
    expect(moment(iso)).toContain(` ${String(date.getHours()).padStart(2, '0')}:`)
    expect(moment('yesterday')).toBe('yesterday')
  })
})

it('columns: line up, whatever is coloured, and end without blanks', () => {
  const rows = [
    ['a', colored.red('long'), 'x'],
    ['bcd', 'y', ''],
  ]
  expect(columns(rows)).toEqual([`a    ${colored.red('long')}  x`, 'bcd  y'])
  expect(columns([])).toEqual([])
})

testSome([
  ['/p/app/data/a.db', '/p/app', 'data/a.db'],
  ['/p/app', '/p/app', '.'],
  ['/p/other.db', '/p/app', '/p/other.db'],
  ['/p/app/..data', '/p/app', '..data'],
])('paths: %s seen from %s is %s', (path, cwd, shown) => expect(displayPath(path, cwd)).toBe(shown))

testSome([
  [{ isTTY: true }, {}, 'on'],
  [{ isTTY: true }, { TERM: 'dumb' }, 'off'],
  [{ isTTY: true }, { NO_COLOR: '1' }, 'off'],
  [{ isTTY: true }, { NO_COLOR: '' }, 'on'],
  [{}, {}, 'off'],
  [{}, { CI: 'true' }, 'off'],
  [{}, { FORCE_COLOR: '1' }, 'on'],
  [{ isTTY: true }, { FORCE_COLOR: '0' }, 'off'],
  [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, 'off'],
])('colours: for %j in %j are %s', (stream, environment, colors) => {
  expect(colorsFor(stream, environment)).toBe(colors)
})

describe('hyperlinks', () => {
  const VSCODE = { TERM_PROGRAM: 'vscode' }
  testSome([
    [{ isTTY: true }, {}, 'off'],
    [{ isTTY: true }, VSCODE, 'on'],
    [{ isTTY: true }, { VTE_VERSION: '7603' }, 'on'],
    [{ isTTY: true }, { VTE_VERSION: '4205' }, 'off'],
    [{ isTTY: true }, { TERM: 'xterm-kitty' }, 'on'],
    [{ isTTY: true }, { TERM_PROGRAM: 'Apple_Terminal' }, 'off'],
    [{ isTTY: true }, { ...VSCODE, NO_COLOR: '1' }, 'off'],
    [{ isTTY: true }, { ...VSCODE, CI: 'true' }, 'off'],
    [{}, VSCODE, 'off'],
    [{}, { ...VSCODE, FORCE_COLOR: '1' }, 'off'],
  ])('for %j in %j are %s', (stream, environment, links) => {
    expect(linksFor(stream, environment)).toBe(links)
  })
})

describe('the status', () => {
  it('of a project without migrations says how to begin', () => {
    const status: Status = {
      ...EMPTY,
      state: 'pending',
      pending: [{ version: 2, id: '002', name: 'more', description: null }],
      problems: [{ ...historyUnreadable(1, 'first') }],
    }
    const unreadable = renderStatus({ database: 'a.db', exists: true, status }, plain)
    expect(unreadable).toContain('Nothing can be applied until that is resolved.')
    expect(unreadable).not.toContain('Apply with')
    const text = renderStatus({ database: 'a.db', exists: false, status: EMPTY }, plain)
    expect(text).toBe(
      'a.db  does not exist yet  version 000 of 000\n\n' +
        'There are no migrations yet. Write the first with `lockstep create <words…>`.',
    )
  })

  it('shows problems with what to do, and that nothing can be applied', () => {
    const status: Status = {
      state: 'diverged',
      version: 1,
      latest: 2,
      applied: [applied(1, 'users')],
      pending: [{ version: 2, id: '002', name: 'email', description: null }],
      problems: [
        {
          code: 'HISTORY_EDITED',
          severity: 'error',
          message: 'It was changed.',
          fix: 'Restore it.',
        },
        {
          code: 'HISTORY_RENAMED',
          severity: 'warning',
          message: 'It was renamed.',
          fix: 'Nothing.',
        },
      ],
    }
    expect(renderStatus({ database: 'a.db', exists: true, status }, plain)).toBe(
      `a.db  does not match the code  version 001 of 002

  ✓  001  users  some day  4 ms
  ○  002  email  pending

✗ HISTORY_EDITED  It was changed.
  → Restore it.
    see: lockstep explain HISTORY_EDITED

! HISTORY_RENAMED  It was renamed.
  → Nothing.

1 applied, 1 pending, 1 problem. Nothing can be applied until that is resolved.`,
    )
  })

  it('folds a long history on a terminal, and shows all of it in a pipe', () => {
    const status: Status = {
      ...EMPTY,
      state: 'current',
      applied: Array.from({ length: 100 }, (_, index) => applied(index + 1, `m${index + 1}`)),
    }
    const shown = { database: 'a.db', exists: true, status }
    expect(renderStatus(shown, plain).split('\n')).toHaveLength(104)
    const short = renderStatus(shown, folded)
    expect(short).toContain('100  m100')
    expect(short).not.toContain('080  m80')
    expect(short).toContain('… and 80 more')
  })
})

it('a plan: shows order, kind, contents and file of each step, and warnings', () => {
  const step = { version: 1, id: '001', name: 'users', file: 'migrations/001_users.sql' }
  const text = renderPlan(
    'a.db',
    {
      from: 0,
      to: 2,
      steps: [
        { ...step, kind: 'restamp', runs: 'nothing', statements: null, transaction: 'own' },
        { ...step, kind: 'apply', runs: 'sql', statements: 3, transaction: 'none' },
        { ...step, kind: 'revert', runs: 'code', statements: null, transaction: 'own' },
      ],
      warnings: [
        { code: 'HISTORY_RENAMED', severity: 'warning', message: 'Renamed.', fix: 'Nothing.' },
      ],
    },
    plain,
  )
  expect(text).toBe(
    `a.db  3 steps from 000 to 002:

  1.  renew the digests of  001  users                                       migrations/001_users.sql
  2.  apply                 001  users  3 statements, outside a transaction  migrations/001_users.sql
  3.  undo                  001  users  code                                 migrations/001_users.sql

! HISTORY_RENAMED  Renamed.
  → Nothing.`.replace(
      'users                                     m',
      'users                                       m',
    ),
  )
})

it('a run: shows the newest steps of a long one on a terminal', () => {
  const steps = Array.from({ length: 50 }, (_, index) => ({
    version: index + 1,
    id: String(index + 1).padStart(3, '0'),
    name: 'm',
    direction: 'up' as const,
    durationMs: 1,
  }))
  const report = { from: 0, to: 50, steps, durationMs: 60 }
  const run = {
    work: 'migrate',
    database: 'a.db',
    report,
    effects: null,
    untried: [],
    touched: [],
    problems: [],
    downs: [],
    losses: null,
    profile: null,
    backup: null,
  } as const
  const text = renderRun(run, folded)
  expect(text).toContain('… 30 steps before\n  ✓  031  m  1 ms')
  expect(text).toContain('a.db  50 migrations applied in 60 ms, from 000 to 050.')
})

it('a history: names what happened, by whom it is known and how long it took', () => {
  const entry = { version: 2, id: '002', name: 'email', at: 'some day', detail: null }
  const text = renderHistory(
    'a.db',
    [
      { ...entry, action: 'apply', durationMs: 7 },
      { ...entry, action: 'rollback', durationMs: null },
      { ...entry, action: 'mark', durationMs: null, detail: 'by hand' },
    ],
    plain,
  )
  expect(text).toBe(`Time      What         Version  Name   Took
some day  applied      002      email  7 ms
some day  rolled back  002      email
some day  marked       002      email        by hand`)
})

describe('a failure', () => {
  const error = {
    code: 'MIGRATION_FAILED',
    message: 'It failed.',
    fix: 'Fix it.',
    place: { file: 'migrations/002_x.sql', line: 3, column: 5 },
    frame: { gutter: '    3 | ', code: 'DROP x', margin: '      | ', mark: '    ^' },
    report: {
      from: 0,
      to: 1,
      durationMs: 1,
      steps: [{ version: 1, id: '001', name: 'a', direction: 'up' as const, durationMs: 1 }],
    },
    stacks: ['Error: outer\n    at one', 'Error: inner'],
  }

  it('says what happened, where, what stays, what to do', () => {
    expect(renderFailure(error, plain, 'brief')).toBe(`✗ MIGRATION_FAILED  It failed.
  migrations/002_x.sql:3:5
    3 | DROP x
      |     ^
Before that, 1 migration had been applied, and stays so: 001 a. The database is at 001.
→ Fix it.
  see: lockstep explain MIGRATION_FAILED`)
  })

  it('shows stacks only when everything is to be told', () => {
    expect(renderFailure(error, plain, 'full')).toMatch(
      /→ Fix it\.\n {2}see: lockstep explain MIGRATION_FAILED\nError: outer\n {4}at one\n\ncaused by Error: inner$/,
    )
  })

  testSome([new TypeError('odd'), 'odd', { message: 'odd' }])(
    'that nobody foresaw has a code as well (%s)',
    (thrown) => {
      const { code, message, stacks } = describeError(thrown)
      expect(code).toBe('COMMAND_UNEXPECTED')
      expect(message).toContain('odd')
      expect(stacks.at(-1)).toContain('odd')
    },
  )
})

it('progress: is thinned out, but never its end, nor anything else', () => {
  const seen: MigrationEvent[] = []
  let now = 0
  const hear = paceProgress(
    (event) => seen.push(event),
    () => now,
  )
  const step = { version: 1, id: '001', name: 'a', direction: 'up' as const }
  for (let done = 1; done <= 100; done++) {
    now += 1
    hear({ ...step, type: 'progress', done, total: 100 })
    hear({ ...step, type: 'log', level: 'info', message: 'x' })
  }
  expect(seen.filter(({ type }) => type === 'log')).toHaveLength(100)
  expect(seen.filter(({ type }) => type === 'progress')).toEqual(
    [1, 51, 100].map((done) => ({ ...step, type: 'progress', done, total: 100 })),
  )
})

describe('the bar', () => {
  const at = (progress: Partial<Progress>, now = 0): string =>
    progressLine({ done: 0, total: 2, step: '', since: 0, inside: null, ...progress }, now)
  const bar = (full: number): string => '█'.repeat(full) + '░'.repeat(24 - full)
  testSome([
    ['nothing has begun', at({}), `${bar(0)}  0/2`],
    ['a step is brief', at({ step: '001 a' }, 250), `${bar(0)}  0/2  ⠹  001 a`],
    [
      'a step takes its time',
      at({ done: 1, step: '002 b' }, 75_900),
      `${bar(12)}  1/2  ⠏  002 b  1 min 15 s`,
    ],
    [
      'it tells how far it is',
      at({ step: '001 a', inside: { done: 5, total: 10 } }),
      `${bar(6)}  0/2  ⠋  001 a  5/10`,
    ],
    [
      'it has done a part in some time',
      at({ step: '001 a', inside: { done: 5, total: 20 } }, 4_100),
      `${bar(3)}  0/2  ⠙  001 a  4 s  5/20  1/s  13 s left`,
    ],
    [
      'it does not know the end',
      at({ step: '001 a', inside: { done: 5, total: null } }),
      `${bar(0)}  0/2  ⠋  001 a  5`,
    ],
    [
      'it says more than it is',
      at({ step: '001 a', inside: { done: 50, total: 10 } }),
      `${bar(12)}  0/2  ⠋  001 a  50/10`,
    ],
    ['there are no steps', at({ total: 0, step: 'checking' }, 2_100), '⠙  checking  2 s'],
    [
      'there are none, but parts of the work',
      at({ total: 0, step: 'copying', inside: { done: 6, total: 12 } }, 2_100),
      `${bar(12)}  ⠙  copying  2 s  6/12  3/s  3 s left`,
    ],
    [
      'it is one walk of several',
      at({ step: '001 a', inside: { done: 5, total: 10, walk: 2, walks: 3 } }),
      `${bar(6)}  0/2  ⠋  001 a  walk 2 of 3: 5/10`,
    ],
  ])('where %s', (_what, line, expected) => expect(line).toBe(expected))

  it('leaves room for the words, which come first', () => {
    const progress = { done: 1, total: 2, step: '002 b', since: 0, inside: null }
    expect([40, 20, 16, 9].map((width) => progressLine(progress, 250, width))).toEqual([
      `${bar(12)}  1/2  ⠹  002 b`,
      '██░░░  1/2  ⠹  002 b',
      '1/2  ⠹  002 b',
      '1/2  ⠹',
    ])
  })
  it.each([
    [
      100,
      '███░░░░░░  0/1  ⠼  002 normalise_phone_numbers  1 s  walk 1 of 2: 36877/90000  9512 rows/s  6 s left',
    ],
    [80, '█░░░  0/1  ⠼  002 normali…  1 s  walk 1 of 2: 36877/90000  9512 rows/s  6 s left'],
    [70, '█░░░  0/1  ⠼  002 normalise_phone…  walk 1 of 2: 36877/90000  6 s left'],
    [55, '0/1  ⠼  002 normal…  walk 1 of 2: 36877/90000  6 s left'],
    [50, '0/1  ⠼  002 n…  walk 1 of 2: 36877/90000  6 s left'],
    [48, '0/1  ⠼  002…  walk 1 of 2: 36877/90000  6 s left'],
    [40, '0/1  ⠼  002 norm…  36877/90000  6 s left'],
    [32, '0/1  ⠼  36877/90000  6 s left'],
    [25, '⠼  36877/90000  6 s left'],
    [20, '⠼  6 s left'],
  ])('shows the count and the time left in %i columns', (width, line) => {
    const inside = { done: 36_877, total: 90_000, walk: 1, walks: 2, rate: 9512, remainingMs: 5300 }
    const step = '002 normalise_phone_numbers'
    const progress = { done: 0, total: 1, step, since: 0, inside }
    expect(progressLine(progress, 1400, width)).toBe(line)
  })
})
