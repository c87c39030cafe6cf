// Redoing is all or nothing, at whatever statement it stops.
import Database from 'better-sqlite3'
import { copyFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { A, applied, B, B2, built, newPath, redo, type Scene } from '../cli/applied/redo-scene.js'
import { managerOf } from '../support/manager-of.js'
import { isTried, tried } from '../support/some-of.js'
import { stopAfter } from './support/stop-after.js'

describe.each(tried(['wal', 'delete'], 2))('stopped at every statement, in mode %s', (mode) => {
  const [was, now] = [
    built(A, B, { up: 'CREATE TABLE c (x); INSERT INTO c VALUES (1)', down: 'DROP TABLE c' }),
    built(A, B2, {
      up: 'CREATE TABLE c (x, y); INSERT INTO c VALUES (1, 2)',
      down: 'DROP TABLE c',
    }),
  ]
  const made = applied(was)
  made.pragma(`journal_mode = ${mode}`)
  made.close()
  const start = (): Database.Database => {
    const path = newPath()
    copyFileSync(made.name, path)
    const db = new Database(path)
    db.pragma('synchronous = off')
    return db
  }
  const TABLES = "SELECT name, sql FROM sqlite_master WHERE name IN ('a', 'b', 'c') ORDER BY name"
  const contentOf = (db: Database.Database): unknown => ({
    tables: db.prepare(TABLES).all(),
    rows: db.prepare('SELECT * FROM c').raw().all(),
  })
  const right = (history: typeof was): unknown => {
    const db = new Database(':memory:')
    managerOf(db, history as never).migrate()
    return contentOf(db)
  }
  const expected = { old: right(was), new: right(now) }
  const scene: Scene = { was, now, steps: 2, accepts: () => true }
  const stateOf = (path: string): string => {
    const db = new Database(path)
    const { checksum } = managerOf(db, now as never).status().applied[2]!
    const version = checksum === now[2]!.checksum ? 'new' : 'old'
    expect(contentOf(db)).toEqual(expected[version])
    db.close()
    return version
  }
  const countStatements = (): number => {
    const db = start()
    const { statements, free } = stopAfter(db, { at: Infinity, how: 'dies' })
    redo(db, scene)
    free()
    db.close()
    return statements.length
  }
  test.each(['dies', 'fails'] as const)('it %s: nothing half', (how) => {
    const states = new Set<string>()
    const last = countStatements()
    for (let at = 1; at <= last; at += 1) {
      if (!isTried(at, 3) && at < last) continue
      const db = start()
      const { free } = stopAfter(db, { at, how })
      try {
        redo(db, scene)
      } catch {
        // That it ends is what is tried.
      }
      free()
      // What a process leaves that is gone: the file, and what stands beside it.
      const left = newPath()
      for (const suffix of ['', '-wal', '-journal']) {
        try {
          copyFileSync(db.name + suffix, left + suffix)
        } catch {
          // Not each of them is there.
        }
      }
      states.add(stateOf(left))
      db.close()
    }
    expect(last).toBeGreaterThan(40)
    expect([...states].toSorted()).toEqual(['new', 'old'])
  })
})
