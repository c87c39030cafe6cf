// For each kind of work: what stands there before it, and what may stand there after a kill and must at the end.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { digestOf, type Library } from './library.js'
import { CONTENT, writeMigrations } from './moves.js'
import type { VictimTask } from './task.js'

/** One victim: what it works on, and the judge of that. */
export interface Scene {
  readonly task: VictimTask
  /** What is wrong now; `end` when the work was done by the last process, `killed` when it may be half done. */
  judge(when: 'killed' | 'end'): string[]
}

/** Makes a scene in an empty folder. */
export const makeScene = (work: VictimTask['work'], folder: string, library: Library): Scene =>
  SCENES[work](folder, library)

const SCENES: Readonly<Record<VictimTask['work'], (folder: string, library: Library) => Scene>> = {
  backup(folder, { put, state }) {
    const [path, other] = [join(folder, 'app.db'), join(folder, 'copy.db')]
    put('half', path)
    return {
      task: { work: 'backup', path, other },
      judge: (when) => [
        ...isOneOf('the database', path, [state.half]),
        ...(when === 'end' || existsSync(other) ? isOneOf('the copy', other, [state.half]) : []),
        ...(when === 'end' ? strays(folder, /^(?:app|copy)\.db$/) : []),
      ],
    }
  },
  'backup-first'(folder, { put, onTheWay }) {
    const path = join(folder, 'app.db')
    put('half', path)
    return {
      task: { work: 'backup-first', path, other: '' },
      judge: (when) => [
        ...isOneOf('the database', path, when === 'end' ? onTheWay.slice(-1) : onTheWay),
        ...named(folder, '.backup').flatMap((copy) => isOneOf('a copy', copy, onTheWay)),
        ...(when === 'end' ? strays(folder, /^app\.db(?:\.[\d-]+\.backup)?$/) : []),
      ],
    }
  },
  restore(folder, { put, state }) {
    const [path, other] = [join(folder, 'app.db'), join(folder, 'copy.db')]
    put('full', path)
    put('half', other)
    const both = [state.full, state.half]
    return {
      task: { work: 'restore', path, other },
      judge: (when) => [
        ...isOneOf('the database', path, when === 'end' ? [state.half] : both),
        ...isOneOf('the source', other, [state.half]),
        ...named(folder, '.before-restore').flatMap((copy) =>
          isOneOf('what was saved', copy, both),
        ),
        ...(when === 'end' ? strays(folder, RESTORED) : []),
      ],
    }
  },
  adopt(folder, { put, state }) {
    const path = join(folder, 'app.db')
    put('foreign', path)
    const right = { killed: [state.foreign, state.adopted], end: [state.adopted] }
    return {
      task: { work: 'adopt', path, other: '' },
      judge: (when) => [
        ...isOneOf('the database', path, right[when]),
        ...(when === 'end' ? strays(folder, /^app\.db$/) : []),
      ],
    }
  },
  redo(folder, { put, state, digests }) {
    const path = join(folder, 'app.db')
    put('full', path)
    const right = { killed: [state.full, state.redone], end: [state.redone] }
    return {
      task: { work: 'redo', path, other: digests },
      judge: (when) => [
        ...isOneOf('the database', path, right[when]),
        ...(when === 'end' ? strays(folder, /^app\.db$/) : []),
      ],
    }
  },
  renumber(folder) {
    const [path, other] = [join(folder, 'migrations'), join(folder, 'generated')]
    for (const one of [path, other]) mkdirSync(one)
    writeMigrations(path)
    return {
      task: { work: 'renumber', path, other },
      judge: (when) => (when === 'end' ? judgeRenumbered(path, other) : nothingLost(path)),
    }
  },
}

const RESTORED = /^(?:app|copy)\.db(?:\.[\d-]+\.before-restore)?$/

/** Judges a copy of the file, which is recovered in its place. */
function isOneOf(what: string, path: string, states: readonly string[]): string[] {
  const judged = `${path}.judged`
  for (const side of ['', '-journal', '-wal'])
    if (existsSync(path + side)) copyFileSync(path + side, judged + side)
  const db = new Database(judged)
  try {
    const integrity = db.pragma('integrity_check', { simple: true })
    if (integrity !== 'ok') return [`${what}: integrity_check says ${String(integrity)}`]
    return states.includes(digestOf(db)) ? [] : [`${what} is in no right state`]
  } catch (error) {
    return [`${what} cannot be read: ${String(error)}`]
  } finally {
    db.close()
    for (const side of ['', '-journal', '-wal', '-shm']) rmSync(judged + side, { force: true })
  }
}

const named = (folder: string, end: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => join(folder, name))

/** What SQLite keeps beside a database may stay until it is closed for the last time. */
const strays = (folder: string, wanted: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => !wanted.test(name.replace(/-(?:wal|shm|journal)$/, '')))
    .map((name) => `a stray file is left: ${name.replace(/[0-9a-f]{6,}/g, '…')}`)

/** Every text is there, under its old name, its hidden one or its new one. */
function nothingLost(folder: string): string[] {
  const there = new Set(readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8')))
  const after = [...CONTENT.after.values()]
  return [...CONTENT.before.values()]
    .filter((text, index) => !there.has(text) && !there.has(after[index] ?? ''))
    .map((text) => `a migration is lost: ${text.trim()}`)
}

function judgeRenumbered(folder: string, generated: string): string[] {
  const found = readdirSync(folder).sort()
  const wanted = [...CONTENT.after.keys()].sort()
  const wrong = found.filter(
    (name) => readFileSync(join(folder, name), 'utf8') !== CONTENT.after.get(name),
  )
  const missing = wanted.filter((name) => !found.includes(name))
  const registry = join(generated, 'registry.ts')
  const names = existsSync(registry) ? readFileSync(registry, 'utf8') : 'nothing'
  return [
    ...wrong.map((name) => `${name} is not what renumbering makes of it`),
    ...missing.map((name) => `${name} is missing`),
    ...(names === wanted.join('\n') ? [] : ['what was generated is not what the folder holds']),
    ...strays(generated, /^registry\.ts$/),
  ]
}
