// The same histories with names in other letters: what is found depends on no alphabet. SQLite folds A to Z and nothing
// else, so that a reader which folds more takes `Übersicht` and `übersicht` for one table, or loses sight of it.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { someOf, testSome } from '../../support/some-of.js'
import { clean, defects } from '../corpus.js'
import { proveProject } from './prove-project.js'

/** Letters that JavaScript folds: to one other, to two, to an ASCII letter, and from one. */
const LETTERS = ['Ü', 'É', 'П', 'İ', 'ı', '\u212A', 'ſ']

/** Words that mean something else where they stand as no name. */
const OTHERS = new Set(
  `action after before begin blob check content date default end id integer key name new numeric old on rank real rowid seq
  set sqlite_sequence table text type unique up user value values view where`.split(/\s+/),
)

const projects = [...defects, ...clean].filter(
  ({ folder, ownProcess }) =>
    !ownProcess && filesOf(folder).every((file) => /\.(?:sql|json)$/.test(file)),
)

function filesOf(root: string): string[] {
  const migrations = readdirSync(join(root, 'migrations')).map((file) => `migrations/${file}`)
  return [...migrations, ...readdirSync(root).filter((file) => file.endsWith('.json'))]
}

/** Every name that the statements give, as far as they can be run. */
function namesIn(texts: readonly string[]): Set<string> {
  const names = new Set<string>()
  const db = new Database(':memory:')
  for (const statement of texts.join(';\n').split(/;\s*\n/)) {
    try {
      db.exec(statement)
    } catch {
      // A planted defect.
    }
    for (const name of namesNow(db)) names.add(name)
  }
  db.close()
  return new Set([...names].filter((name) => /^[A-Za-z]\w*$/.test(name) && !OTHERS.has(name)))
}

function namesNow(db: Database.Database): string[] {
  const objects = db.prepare<[], string>('SELECT name FROM sqlite_schema').pluck().all()
  const columns = db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?)').pluck()
  return objects.flatMap((object) => {
    try {
      return [object, ...columns.all(object)]
    } catch {
      // A view that reads what is not there.
      return [object]
    }
  })
}

/** Puts a letter before each name, wherever it stands, the same before each spelling of it. */
function relettered(text: string, names: ReadonlySet<string>): string {
  const all = [...names].join('|')
  if (all === '') return text
  return text.replace(RegExp(`(?<![\\w$])(?:${all})(?![\\w$])`, 'gi'), (name) => {
    const sum = [...name.toLowerCase()].reduce((total, letter) => total + letter.charCodeAt(0), 0)
    return `${LETTERS[sum % LETTERS.length]}${name}`
  })
}

/** `severity CODE file:line`: where the letters are not ASCII, a name is longer. */
async function found(root: string): Promise<string[]> {
  const all = await proveProject(root)
  return all.map(({ severity, code, file, line }) => `${severity} ${code} ${file}:${line}`)
}

function expected(root: string): string[] {
  const file = join(root, 'expected.txt')
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  return [...text.matchAll(/^(\w+ [A-Z_]+ .+:\d+):\d+$/gm)].map(([, found]) => found!)
}

describe('found in other letters as well:', () => {
  test('in more than a hundred', () => expect(projects.length).toBeGreaterThan(100))

  testSome(someOf(projects, 3))('$name', async ({ folder }) => {
    const copy = mkdtempSync(join(tmpdir(), 'lockstep-letters-'))
    try {
      cpSync(folder, copy, { recursive: true })
      const files = filesOf(folder)
      const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
      const names = namesIn(texts)
      files.forEach((file, at) => writeFileSync(join(copy, file), relettered(texts[at]!, names)))
      expect(await found(copy)).toEqual(expected(folder))
    } finally {
      rmSync(copy, { recursive: true })
    }
  })
})
