// Redoing in one process: what is undone and applied again, and what is refused.
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { toolkit } from '../../../src/drivers/better-sqlite3.js'
import type { Losses } from '../../../src/model/losses.js'
import type { ManagerOptions } from '../../../src/model/options.js'
import { mirrorUserVersion } from '../../../src/run/mirrors/mirror-user-version.js'
import { schemaGate } from '../../../src/run/schema-gate.js'
import { errorOf } from '../../support/error-of.js'
import { managerOf } from '../../support/manager-of.js'
import { A, applied, B, B2, built, C, namesIn, redo, type Scene, type Step } from './redo-scene.js'
import { testSome } from '../../support/some-of.js'

/** Everything that is in the file: objects, rows, ledger. */
function contentOf(db: Database.Database): string {
  const master = db.prepare('SELECT type, name, sql FROM sqlite_master ORDER BY name').all() as {
    type: string
    name: string
  }[]
  const tables = master.filter(({ type, name }) => type === 'table' && !name.startsWith('sqlite_'))
  const rows = tables.map(({ name }) => [name, db.prepare(`SELECT * FROM "${name}"`).raw().all()])
  return JSON.stringify([master, rows, db.pragma('user_version')])
}

describe('what was edited', () => {
  test('is undone as it was applied, and applied as it is now', () => {
    const [was, now] = [built(A, B), built(A, B2)]
    const db = applied(was)
    expect(redo(db, { was, now })).toMatchObject({
      from: 2,
      to: 2,
      steps: [
        { version: 2, direction: 'down' },
        { version: 2, direction: 'up' },
      ],
    })
    expect(managerOf(db, now as never).status()).toMatchObject({ state: 'current', problems: [] })
    expect(managerOf(db, now as never).verify()).toMatchObject({ ok: true, problems: [] })
    expect(
      managerOf(db, now as never)
        .history()
        .map(({ action, version }) => `${action} ${version}`),
    ).toEqual(expect.arrayContaining(['apply 1', 'apply 2', 'rollback 2']))
  })
  test('and was not edited is redone all the same', () => {
    const was = built(A, B)
    const db = applied(was)
    expect(
      redo(db, { was, now: was, steps: 2 }).steps.map(
        ({ version, direction }) => `${direction} ${version}`,
      ),
    ).toEqual(['down 2', 'down 1', 'up 1', 'up 2'])
    expect(namesIn(db)).toBe('a b')
  })
  test('is redone where it is several steps, another branch’s included', () => {
    const [was, now] = [built(A, B, C), built(A, C)]
    const db = applied(was)
    const error = errorOf(() => redo(db, { was, now, steps: 2 }))
    expect(error).toMatchObject({
      code: 'REDO_UNCONFIRMED',
      facts: { losses: { unreplaced: [{ version: 3, name: 'step_3' }] } },
    })
    expect(error.message).toContain(
      '003 (step_3) is undone, and the code has nothing to replace it',
    )
    expect(namesIn(db)).toBe('a b c')
    const accepts = () => true
    expect(redo(db, { was, now, steps: 2, accepts })).toMatchObject({ from: 3, to: 2 })
    expect(namesIn(db)).toBe('a c')
    expect(managerOf(db, now as never).status()).toMatchObject({
      state: 'current',
      version: 2,
      problems: [],
    })
  })
  test('nothing is there to redo in an empty database', () => {
    const now = built(A)
    expect(redo(new Database(':memory:'), { was: now, now })).toMatchObject({
      from: 0,
      to: 0,
      steps: [],
    })
  })
})

describe('an old 002 makes table b, the new 002 makes c, and its down forgets b', () => {
  const now = built(A, { up: 'CREATE TABLE c (x)', down: 'DROP TABLE IF EXISTS c' })

  test('with the record of an old down that forgets b as well, it is refused', () => {
    const was = built(A, { up: 'CREATE TABLE b (x)', down: 'SELECT 1' })
    const db = applied(was)
    const before = contentOf(db)
    const error = errorOf(() => redo(db, { was, now }))
    expect(error).toMatchObject({
      code: 'REDO_DIFFERS',
      facts: { differences: [{ object: 'table b', change: 'added' }] },
    })
    expect(error.message).toContain('table b is unexpected')
    expect(error.message).toMatch(/Nothing was changed\.$/)
    expect(contentOf(db)).toBe(before)
  })
  test('without a record, but where a later migration of the code makes b, it is refused', () => {
    const later = built(A, { up: 'CREATE TABLE c (x)', down: 'DROP TABLE IF EXISTS c' }, B)
    const was = built(A, B)
    const db = applied(was)
    expect(errorOf(() => redo(db, { was, now: later, recorded: false }))).toMatchObject({
      code: 'REDO_DIFFERS',
    })
    expect(namesIn(db)).toBe('a b')
  })
  test('without a record it is asked for, with b by its name', () => {
    const was = built(A, B)
    const db = applied(was)
    const before = contentOf(db)
    const error = errorOf(() => redo(db, { was, now, recorded: false }))
    expect(error).toMatchObject({
      code: 'REDO_UNCONFIRMED',
      facts: { losses: { unknown: ['table b'] } },
    })
    expect(contentOf(db)).toBe(before)
    redo(db, { was, now, recorded: false, accepts: () => true })
    expect(namesIn(db)).toBe('a b c')
  })
  test('objects of others are only asked for where there is no record', () => {
    const [was, edited] = [built(A, B), built(A, B2)]
    const db = applied(was, 'CREATE TABLE theirs (x)')
    expect(redo(db, { was, now: edited }).steps).toHaveLength(2)
    expect(
      errorOf(() =>
        redo(applied(was, 'CREATE TABLE theirs (x)'), { was, now: edited, recorded: false }),
      ),
    ).toMatchObject({
      code: 'REDO_UNCONFIRMED',
    })
  })
})

describe('what would go', () => {
  const NOTHING = {
    columns: [],
    counters: [],
    unknown: [],
    objects: [],
    broken: [],
    guessed: [],
    unreplaced: [],
  }
  const lossesOf = (db: Database.Database, scene: Scene): Losses => {
    const before = contentOf(db)
    const error = errorOf(() => redo(db, scene))
    expect(error.code).toBe('REDO_UNCONFIRMED')
    expect(contentOf(db)).toBe(before)
    return error.facts['losses'] as Losses
  }
  test('rows of a table that the step has made', () => {
    const [was, now] = [built(A, B), built(A, B2)]
    const db = applied(was, 'INSERT INTO b VALUES (1), (2); INSERT INTO a VALUES (1)')
    expect(lossesOf(db, { was, now })).toEqual({
      rows: [{ table: 'b', rows: 2 }],
      ...NOTHING,
    })
    redo(db, { was, now, accepts: () => true })
    expect(
      db.prepare('SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)').raw().get(),
    ).toEqual([1, 0])
  })
  test('rows that a down deletes, of a table that stays; what the step writes itself is there again', () => {
    const was = built(A, { up: "INSERT INTO a VALUES ('x')", down: 'DELETE FROM a' })
    const db = applied(was, 'INSERT INTO a VALUES (1)')
    expect(lossesOf(db, { was, now: was }).rows).toEqual([{ table: 'a', rows: 1 }])
  })
  test('what stands in a column', () => {
    const was = built(A, { up: 'ALTER TABLE a ADD Y', down: 'ALTER TABLE a DROP Y' })
    expect(
      lossesOf(applied(was, 'INSERT INTO a VALUES (1, 2)'), { was, now: was }).columns,
    ).toEqual([{ table: 'a', column: 'Y' }])
    expect(redo(applied(was), { was, now: was }).steps).toHaveLength(2)
  })
  test('what others wrote, where the down puts as much in its place', () => {
    const was = built(
      { up: 'CREATE TABLE a (x, fax); CREATE TABLE s (x); INSERT INTO s VALUES (1)', down: '' },
      {
        up: 'ALTER TABLE a ADD email; ALTER TABLE a DROP fax; DROP TABLE s; CREATE TABLE license (x)',
        down: 'DROP TABLE license; CREATE TABLE s (x); INSERT INTO s VALUES (1); ALTER TABLE a DROP email; ALTER TABLE a ADD fax',
      },
    )
    const db = applied(was, "INSERT INTO a VALUES (1, 'a@b.c'); INSERT INTO license VALUES (7)")
    expect(lossesOf(db, { was, now: was })).toEqual({
      rows: [{ table: 'license', rows: 1 }],
      ...NOTHING,
      columns: [{ table: 'a', column: 'email' }],
    })
  })
  test('what somebody made by hand on a table that the step has made', () => {
    const [was, now] = [built(A, B), built(A, B2)]
    const byHand = `CREATE INDEX i ON b (x); CREATE TRIGGER t AFTER INSERT ON b BEGIN SELECT 1; END;
CREATE INDEX stays ON a (x); CREATE VIEW v AS SELECT * FROM b`
    const db = applied(was, byHand)
    expect(lossesOf(db, { was, now }).objects).toEqual(['index i', 'trigger t'])
    redo(db, { was, now, accepts: () => true })
    expect(namesIn(db)).toBe('a b stays v')
    const indexed = built(A, { ...B2, up: `${B.up}; CREATE INDEX i ON b (x)` })
    expect(redo(applied(indexed), { was: indexed, now }).steps).toHaveLength(2)
  })
  test('what a down that is not that of what was applied undoes besides, whatever it is', () => {
    const was = built(A, { up: 'UPDATE a SET x = x * 10', down: 'UPDATE a SET x = x / 10' })
    const now = built(A, { up: 'UPDATE a SET x = x * 100', down: 'UPDATE a SET x = x / 100' })
    const guessed = [{ version: 2, name: 'step_2' }]
    expect(lossesOf(applied(was), { was, now, recorded: false }).guessed).toEqual(guessed)
    expect(redo(applied(was), { was, now }).steps).toHaveLength(2)
  })
  test('nothing that the new form of the step keeps under another name', () => {
    const was = built(A, { up: 'CREATE TABLE old AS SELECT * FROM a', down: 'DROP TABLE old' })
    const now = built(A, { up: 'CREATE TABLE new AS SELECT x AS y FROM a', down: 'DROP TABLE new' })
    const db = applied(was, 'INSERT INTO a VALUES (1); INSERT INTO old VALUES (1)')
    expect(redo(db, { was, now }).steps).toHaveLength(2)
    expect(db.prepare('SELECT name FROM temp.sqlite_master').all()).toEqual([])
  })
  test('nothing, where a table or a column only has its old name again', () => {
    const was = built(A, {
      up: 'ALTER TABLE a RENAME TO z; ALTER TABLE z RENAME x TO y',
      down: 'ALTER TABLE z RENAME y TO x; ALTER TABLE z RENAME TO a',
    })
    const db = applied(was, 'INSERT INTO z VALUES (1)')
    expect(redo(db, { was, now: was }).steps).toHaveLength(2)
    expect(db.prepare('SELECT y FROM z').pluck().all()).toEqual([1])
  })
})

describe('is refused, and nothing is changed', () => {
  const refusal = (db: Database.Database, scene: Scene) => {
    const before = contentOf(db)
    const error = errorOf(() => redo(db, scene))
    expect(contentOf(db)).toBe(before)
    return { code: error.code, message: error.message, fix: error.fix }
  }
  const was = built(A, B)

  testSome<[string, Step, string]>([
    [
      'a step outside a transaction',
      { ...B2, transaction: false },
      'Migration 002 (step_2) was not redone: it runs outside a transaction.',
    ],
    [
      'a step with effects',
      { ...B2, effects: 'mail' },
      'it touches the world outside the database (mail)',
    ],
  ])('%s, be it the old or the new', (_, step, message) => {
    const now = built(A, step)
    for (const scene of [
      { was, now },
      { was: now, now: was },
    ]) {
      const found = refusal(applied(scene.was), scene)
      expect(found.code).toBe('REDO_REFUSED')
      expect(found.message).toContain(message)
      expect(found.fix).toContain('`lockstep rollback --to 1`, then `lockstep migrate`')
    }
  })
  test('where it was applied as irreversible, no rollback is advised that is refused as well', () => {
    const irreversible = built(A, { up: B2.up, transaction: false })
    const found = refusal(applied(irreversible), {
      was: irreversible,
      now: built(A, { ...B, transaction: false }),
    })
    expect(found).toMatchObject({
      code: 'REDO_REFUSED',
      fix: 'Start over with `lockstep reset`, if its data may go.',
    })
  })
  test('several, one of which runs outside a transaction, or has shipped', () => {
    const [a, b, c] = [
      A,
      { ...B, transaction: false } as Step,
      { up: 'CREATE TABLE c (x)', down: 'DROP TABLE c' },
    ]
    const scene = { was: built(a, b, c), now: built(a, b, c), steps: 2 }
    const found = refusal(applied(scene.was), scene)
    expect(found.message).toContain('002 (step_2) was not redone: it runs outside a transaction.')
    expect(found.fix).toContain('`lockstep rollback --to 1`, then `lockstep migrate`')
    const shipped = refusal(applied(scene.was), { ...scene, released: 2 })
    expect(shipped.message).toContain('002 (step_2) was not redone: it has shipped')
  })
  test('one that keeps foreign keys enforced where the other does not', () =>
    expect(
      refusal(applied(was), { was, now: built(A, { ...B2, foreignKeys: 'enforce' }) }).code,
    ).toBe('TRANSACTION_MIXED'))
  test('one that has shipped', () => {
    const scene = { was, now: built(A, B2), released: 2 }
    expect(refusal(applied(was), scene).message).toContain(
      '002 (step_2) was not redone: it has shipped',
    )
    expect(redo(applied(was), { ...scene, released: 1 }).steps).toHaveLength(2)
  })
  test('more than are applied', () =>
    expect(errorOf(() => redo(applied(was), { was, now: was, steps: 3 })).code).toBe(
      'OPTION_INVALID',
    ))
  test('one above another that was edited, with how many it takes', () => {
    const scene = { was, now: built({ ...A, up: 'CREATE TABLE a (x, y)' }, B) }
    const db = applied(was)
    const { code, fix } = refusal(db, scene)
    expect(code).toBe('HISTORY_EDITED')
    expect(fix).toContain('`lockstep redo 2`, which undoes 001 and what came after it and applies')
    expect(redo(db, { ...scene, steps: 2 }).steps).toHaveLength(4)
  })
  test('one in whose place the code has nothing', () => {
    const { message, fix } = refusal(applied(was), { was, now: built(A) })
    expect(message).toContain('the code has nothing to replace it')
    expect(fix).toBe('Undo it with `lockstep rollback --to 1`.')
  })
  test('one without a down, where the code has none either', () => {
    const scene = { was: built(A, { up: B.up }), now: built(A, { up: B2.up }) }
    expect(refusal(applied(scene.was), scene).code).toBe('MIGRATION_IRREVERSIBLE')
    expect(redo(applied(scene.was), { ...scene, now: built(A, B2) }).steps).toHaveLength(2)
  })
  test('one whose new form fails', () =>
    expect(
      refusal(applied(was), {
        was,
        now: built(A, { ...B2, checksum: '1:x' }).map((entry) =>
          entry.version === 2
            ? { ...entry, source: { up: 'CREATE TABLE a (x)', down: '' } }
            : entry,
        ),
      }).code,
    ).toBe('MIGRATION_FAILED'))
  test('any, where the registry has no digests', () => {
    const bare = built(A, B2).map(({ schemaDigest: _d, schemaChanges: _c, ...entry }) => entry)
    expect(refusal(applied(was), { was, now: bare, accepts: () => true }).code).toBe(
      'REDO_UNPROVEN',
    )
  })
})

describe('what stands around it', () => {
  const was = built(A, B)
  test('gates judge what is undone by what was applied, and what is applied by the code', () => {
    const options = { gates: [schemaGate({ onDifference: 'refuse' as const })] }
    const [old, twice] = [built(A, B, C), built(A, B2, { ...C, up: 'CREATE TABLE c (x, y)' })]
    const db = applied(old)
    expect(redo(db, { was: old, now: twice, steps: 2, options }).steps).toHaveLength(4)
    expect(managerOf(db, twice as never).verify().ok).toBe(true)
  })
  test('what a pending step would make may be there of others, if the step is prepared for it', () => {
    const pending = (up: string): Scene => ({ was, now: built(A, B2, { up }) })
    const log = (): Database.Database => applied(was, 'CREATE TABLE log (x)')
    expect(redo(log(), pending('CREATE TABLE IF NOT EXISTS log (x)')).steps).toHaveLength(2)
    expect(errorOf(() => redo(log(), pending('CREATE TABLE log (x)'))).code).toBe('REDO_DIFFERS')
  })
  test('mirrors are written, foreign keys and TEMP tables are as they were, and the keys are counted', () => {
    const options = { mirrors: [mirrorUserVersion] }
    const keyed = built(
      { ...A, up: 'CREATE TABLE a (x PRIMARY KEY)' },
      { up: 'CREATE TABLE b (x REFERENCES a)', down: 'DROP TABLE b' },
    )
    const db = applied(
      keyed,
      "CREATE TEMP TABLE b (other); ATTACH ':memory:' AS beside; CREATE TABLE beside.b (y); INSERT INTO beside.b VALUES (1)",
      options,
    )
    db.exec('DROP TABLE temp.b')
    redo(db, { was: keyed, now: keyed, steps: 2, options, accepts: () => true })
    expect(db.pragma('user_version', { simple: true })).toBe(2)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(db.prepare('SELECT y FROM beside.b').pluck().all()).toEqual([1])
  })
  test('code with the tools of ctx is redone', () => {
    const rebuilt = built(
      { ...A, up: 'CREATE TABLE a (x)' },
      {
        up: (_, ctx) => ctx.rebuild('a', { create: 'CREATE TABLE a (x, y)' }),
        down: (_, ctx) => ctx.rebuild('a', { create: 'CREATE TABLE a (x)' }),
        toolkit,
      },
    )
    const db = applied(rebuilt)
    expect(redo(db, { was: rebuilt, now: rebuilt }).steps).toHaveLength(2)
  })
  test('a ledger that has moved meanwhile is not what was looked at', () => {
    const db = applied(was)
    const onEvent: ManagerOptions['onEvent'] = ({ type }) => {
      if (type !== 'plan') return
      const other = new Database(db.name)
      managerOf(other, built(A, B, C) as never).migrate()
      other.close()
    }
    expect(errorOf(() => redo(db, { was, now: built(A, B2, C), options: { onEvent } })).code).toBe(
      'LEDGER_MOVED',
    )
    expect(namesIn(db)).toBe('a b c')
  })
})
