// The ledger against the registry: each finding, alone and in company.
import { describe, expect, test } from 'vitest'
import type { LedgerRow } from '../../src/model/ledger.js'
import { compare } from '../../src/plan/compare.js'
import { readsWell } from '../support/error-of.js'
import { appliedRows } from '../support/ledger-rows.js'
import { registryOf, tables } from '../support/registry.js'

const registry = registryOf(...tables(4))
const [first, second] = registry as [(typeof registry)[0], (typeof registry)[0]]

interface Case {
  readonly title: string
  readonly rows: readonly LedgerRow[]
  /** `CODE version`, or the code alone where the finding is about no single row. */
  readonly findings: readonly string[]
}

const cases: readonly Case[] = [
  { title: 'a ledger without rows', rows: [], findings: [] },
  { title: 'everything applied', rows: appliedRows(registry), findings: [] },
  { title: 'the first half applied', rows: appliedRows(registry, 2), findings: [] },
  {
    // The lineage of 3 and 4 differs as well, but that follows from 2 and would only be noise.
    title: 'an edited migration is named, those after it are not',
    rows: appliedRows(registry, 4, {
      2: { checksum: '1:other', lineage: '1:x' },
      3: { lineage: '1:y' },
      4: { lineage: '1:z' },
    }),
    findings: ['HISTORY_EDITED 2'],
  },
  {
    title: 'two edited migrations are both named',
    rows: appliedRows(registry, 4, { 1: { checksum: '1:a' }, 4: { checksum: '1:d' } }),
    findings: ['HISTORY_EDITED 1', 'HISTORY_EDITED 4'],
  },
  {
    // Same name and same meaning elsewhere in the code: its number was changed, not its text.
    title: 'a migration that has moved to another number',
    rows: appliedRows(registry, 2, { 2: { name: 'step_3', checksum: registry[2]!.checksum } }),
    findings: ['HISTORY_RENUMBERED 2'],
  },
  {
    title: 'another migration under the same number is no edit',
    rows: appliedRows(registry, 2, { 2: { name: 'other', checksum: '1:other' } }),
    findings: ['HISTORY_ANOTHER 2'],
  },
  {
    title: 'several of another branch, above what both have',
    rows: appliedRows(registry, 4, {
      2: { name: 'b', checksum: '1:b', lineage: '1:x' },
      3: { name: 'c', checksum: '1:c', lineage: '1:y' },
      4: { checksum: '1:d', lineage: '1:z' },
    }),
    findings: ['HISTORY_ANOTHER 2', 'HISTORY_ANOTHER 3', 'HISTORY_EDITED 4'],
  },
  {
    // Its number and its name were changed; what stands in its place now is another all the same.
    title: 'the meaning of another migration under a name that the code does not have',
    rows: appliedRows(registry, 2, { 2: { name: 'was', checksum: registry[2]!.checksum } }),
    findings: ['HISTORY_ANOTHER 2'],
  },
  {
    // The same statement may rightly occur twice in a history; only with its name does it say that it moved.
    title: 'the meaning of another migration under this name is an edit',
    rows: appliedRows(registry, 2, { 2: { checksum: registry[2]!.checksum } }),
    findings: ['HISTORY_EDITED 2'],
  },
  {
    title: 'a gap in the middle',
    rows: appliedRows(registry).filter((row) => row.version !== 2),
    findings: ['HISTORY_GAP'],
  },
  {
    title: 'a gap at the start, over several versions',
    rows: appliedRows(registry).filter((row) => row.version > 2),
    findings: ['HISTORY_GAP'],
  },
  {
    title: 'two gaps are two findings',
    rows: appliedRows(registry).filter((row) => row.version % 2 === 0),
    findings: ['HISTORY_GAP', 'HISTORY_GAP'],
  },
  {
    title: 'a row that a person inserted',
    rows: appliedRows(registry, 2, { 2: { checksum: null, lineage: null } }),
    findings: ['HISTORY_BY_HAND 2'],
  },
  {
    title: 'a row whose checksum is no digest',
    rows: appliedRows(registry, 2, { 2: { checksum: 'done', lineage: 'done' } }),
    findings: ['HISTORY_BY_HAND 2'],
  },
  {
    title: 'a lineage that follows from other rows',
    rows: appliedRows(registry, 3, { 3: { lineage: first.lineage } }),
    findings: ['HISTORY_LINEAGE 3'],
  },
  {
    // Whatever else is unusual about a row with a mark, being half done comes first.
    title: 'a step that did not end',
    rows: appliedRows(registry, 2, {
      2: { lineage: null, startedBy: 'f00', heartbeatAt: '2026-01-02T03:04:05Z', name: 'old' },
    }),
    findings: ['HISTORY_INTERRUPTED 2'],
  },
  {
    title: 'a renamed migration',
    rows: appliedRows(registry, 2, { 1: { name: 'was' } }),
    findings: ['HISTORY_RENAMED 1'],
  },
  {
    title: 'a down that was changed, and one that was added',
    rows: appliedRows(registry, 2, { 1: { downChecksum: '1:other' }, 2: { downChecksum: null } }),
    findings: ['HISTORY_DOWN_CHANGED 1', 'HISTORY_DOWN_CHANGED 2'],
  },
  {
    title: 'renamed and with another down at once',
    rows: appliedRows(registry, 1, { 1: { name: 'was', downChecksum: null } }),
    findings: ['HISTORY_RENAMED 1', 'HISTORY_DOWN_CHANGED 1'],
  },
  {
    // Digests of different algorithms cannot be compared: no finding, and the row is written anew.
    title: 'digests of an older algorithm',
    rows: appliedRows(registry, 2, { 1: { checksum: '0:a', lineage: '0:b', downChecksum: '0:c' } }),
    findings: [],
  },
  {
    title: 'digests of a newer algorithm than this build knows',
    rows: appliedRows(registry, 1, { 1: { checksum: '2:a', lineage: '2:b', downChecksum: '2:c' } }),
    findings: ['HISTORY_UNREADABLE 1'],
  },
  {
    title: 'an interrupted step of a newer build',
    rows: appliedRows(registryOf(...tables(5)), 5, { 5: { lineage: null, startedBy: 'f00' } }),
    findings: ['HISTORY_INTERRUPTED 5'],
  },
]

const brief = ({ code, facts }: ReturnType<typeof compare>['findings'][number]): string =>
  [code, facts?.['version']].filter((part) => part !== undefined).join(' ')

describe('findings', () => {
  test.each(cases)('$title', ({ rows, findings }) => {
    const found = compare(registry, rows).findings
    expect(found.map(brief)).toEqual(findings)
    found.forEach(readsWell)
  })
  test('renamed and changed down only warn; everything else forbids', () => {
    const severities = new Map(
      cases
        .flatMap(({ rows }) => compare(registry, rows).findings)
        .map(({ code, severity }) => [code, severity]),
    )
    expect(Object.fromEntries(severities)).toEqual({
      HISTORY_ANOTHER: 'error',
      HISTORY_BY_HAND: 'error',
      HISTORY_DOWN_CHANGED: 'warning',
      HISTORY_EDITED: 'error',
      HISTORY_GAP: 'error',
      HISTORY_INTERRUPTED: 'error',
      HISTORY_LINEAGE: 'error',
      HISTORY_RENAMED: 'warning',
      HISTORY_RENUMBERED: 'error',
      HISTORY_UNREADABLE: 'warning',
    })
  })
  const moved = { name: 'step_4', checksum: registry[3]!.checksum }
  test.each<[string, Parameters<typeof appliedRows>[2], readonly string[]]>([
    [
      'the newest was edited',
      { 4: { checksum: '1:d' } },
      ['`lockstep redo`, which undoes 004 and'],
    ],
    // Each takes what stands below it as well: with fewer the lowest would still be in the way.
    [
      'several were edited',
      { 2: { checksum: '1:b' }, 4: { checksum: '1:d' } },
      ['`lockstep redo 3`, which undoes 002 and what', '`lockstep redo 3`, which undoes 002 and'],
    ],
    ['one was renumbered', { 3: moved }, ['`lockstep redo 2`, which undoes 003 and what came']],
    [
      'the code can undo what had no down',
      { 3: { checksum: '1:c', downChecksum: null } },
      ['`lockstep redo 2`'],
    ],
    ['above it is one without a down', { 1: { checksum: '1:a' } }, ['`lockstep reset`, if']],
    [
      'above it is one outside a transaction',
      { 3: { checksum: '1:c' } },
      ['`lockstep rollback --to 2`, then `lockstep migrate`'],
    ],
  ])('advice takes as many as it needs: %s', (what, changes, said) => {
    const present = registry.map((entry) =>
      what.endsWith('a transaction') && entry.version === 4
        ? { ...entry, transaction: false as const }
        : what.endsWith('without a down') && entry.version === 2
          ? { ...entry, reversible: false }
          : entry,
    )
    const none = what.endsWith('without a down') ? { 2: { downChecksum: null } } : {}
    const { findings } = compare(present, appliedRows(registry, 4, { ...none, ...changes }))
    const fixes = findings.filter(({ severity }) => severity === 'error').map(({ fix }) => fix)
    expect(fixes).toEqual(said.map((part) => expect.stringContaining(part) as string))
  })
  test('a gap says which versions are missing', () => {
    const rows = appliedRows(registry)
    const message = (keep: (version: number) => boolean): string =>
      compare(
        registry,
        rows.filter((row) => keep(row.version)),
      ).findings[0]!.message
    expect(message((version) => version !== 3)).toContain('not 003.')
    expect(message((version) => version === 4)).toContain('not 001 to 003.')
  })
  test('a gap is filled one by one, which works from the first on', () => {
    const fix = (keep: (version: number) => boolean): string | undefined =>
      compare(
        registry,
        appliedRows(registry).filter((row) => keep(row.version)),
      ).findings[0]?.fix
    expect(fix((version) => version !== 3)).toContain(
      'in order, beginning with `lockstep mark 003 --applied`',
    )
    expect(fix((version) => version === 4)).toContain(
      'in order, beginning with `lockstep mark 001 --applied`',
    )
  })
})

test('a down that was taken away is a changed down', () => {
  const oneWay = registryOf({ up: 'SELECT 1' })
  const rows = appliedRows(oneWay, 1, { 1: { downChecksum: '1:was' } })
  expect(compare(oneWay, rows).findings.map(brief)).toEqual(['HISTORY_DOWN_CHANGED 1'])
})

describe('beside the findings', () => {
  test('the version is the highest row, wherever the history has holes', () => {
    expect(compare(registry, []).version).toBe(0)
    expect(compare(registry, appliedRows(registry).slice(-1)).version).toBe(4)
  })
  test('rows above the registry are ahead, and no finding', () => {
    const newer = registryOf(...tables(6))
    const { ahead, findings } = compare(registry, appliedRows(newer))
    expect({ ahead, findings }).toEqual({ ahead: [5, 6], findings: [] })
  })
  test('exactly the rows of an older algorithm are to be stamped anew', () => {
    const rows = appliedRows(registry, 3, { 2: { checksum: '0:a', lineage: '0:b' } })
    expect(compare(registry, rows).restamp).toEqual([second])
    const newer = appliedRows(registry, 3, { 2: { checksum: '2:a', lineage: '2:b' } })
    expect(compare(registry, newer).restamp).toEqual([])
  })
  test('more than a thousand versions are compared as numbers', () => {
    const long = registryOf(...tables(1_200))
    const rows = appliedRows(long)
    expect(compare(long, rows)).toMatchObject({ findings: [], version: 1_200 })
    const [gap] = compare(
      long,
      rows.filter((row) => row.version !== 1_000),
    ).findings
    expect(gap).toMatchObject({ code: 'HISTORY_GAP', facts: { from: 1_000, to: 1_000 } })
  })

  test('is not to be filled with what the code does not have', () => {
    const rows = appliedRows(registryOf(...tables(9))).filter(
      ({ version }) => ![4, 7, 8].includes(version),
    )
    const fixes = compare(registryOf(...tables(6)), rows).findings.map(({ fix }) => fix)
    expect(fixes[0]).toContain('beginning with `lockstep mark 004 --applied`')
    expect(fixes.at(-1)).toContain('This code does not have these migrations')
  })
})
