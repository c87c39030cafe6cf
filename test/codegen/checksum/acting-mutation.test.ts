// Every change of a token or of the order after which a migration does something else, as running it shows, is seen by the checksum or
// is an error of reading. The migrations are those in which something acts that nobody mentions.
import { ts } from 'ts-morph'
import { expect, test } from 'vitest'
import { checksum } from '../../../codegen/checksum/checksum.js'
import { ACTING, SIDES, STATEMENTS } from './acting-cases.js'
import { applied, tokensOf, type Edit } from './mutations/edit.js'
import { mutateNode } from './mutations/mutate-node.js'
import { mutateToken } from './mutations/mutate-token.js'
import { readFolder } from '../parse/read-folder.js'
import { runMigration } from './run-migration.js'
import { someOf, testSome } from '../../support/some-of.js'

/** Binding by name asks for one member; what is written down of a call shows all. */
const SHOWS_MORE = '@description'

const alone = [...ACTING, ...SIDES, ...STATEMENTS].flatMap(([why, texts]) => {
  const text = texts['001_case.ts']!
  return Object.keys(texts).length > 1 || text.includes(SHOWS_MORE) ? [] : [[why, text] as const]
})
const runs = await Promise.all(alone.map(([, text]) => runMigration(text)))
const cases = alone.filter((_, at) => runs[at] !== null)

function editsOf(text: string): Edit[] {
  const source = ts.createSourceFile('/001_case.ts', text, ts.ScriptTarget.Latest, true)
  return [...tokensOf(source).flatMap(tokenEdits), ...memberExchanges(source), ...exchanges(source)]
}

function tokenEdits(token: ts.Node): Edit[] {
  try {
    const edits = mutateToken(token)
    return edits === 'spelling' ? [] : edits.slice(0, 1)
  } catch {
    // A sign that the fixtures do not have, and for which no other is known.
    return []
  }
}

/** Each member of the migration's class exchanged with the next. */
const memberExchanges = ({ statements }: ts.SourceFile): Edit[] =>
  statements.flatMap((one) =>
    ts.isClassDeclaration(one)
      ? mutateNode(one).filter(({ what }) => what.includes('exchanged'))
      : [],
  )

/** Each statement exchanged with the next. */
const exchanges = ({ statements }: ts.SourceFile): Edit[] =>
  statements.slice(1).map((next, at) => {
    const one = statements[at]!
    return {
      start: one.getStart(),
      end: next.end,
      text: `${next.getText()};${one.getText()}`,
      what: `${one.getText()} exchanged with ${next.getText()}`,
    }
  })

/** The checksums of the texts as migrations of one folder; null where one cannot be read. */
function checksums(texts: readonly string[]): (string | null)[] {
  const files = texts.map((text, at) => [`${at + 1}_case.ts`, text] as const)
  const { migrations, discovery } = readFolder(Object.fromEntries(files))
  const byVersion = new Map(migrations.map((one) => [one.version, one]))
  return texts.map((_, at) => {
    const migration = byVersion.get(at + 1)
    return !migration?.up || migration.unreadable ? null : checksum(migration, discovery).up
  })
}

test('there is enough to try', () => expect(cases.length).toBeGreaterThan(70))

testSome(someOf(cases, 3))('%s', async (_, text) => {
  const done = await runMigration(text)
  const edits = editsOf(text)
  const after = await Promise.all(edits.map((edit) => runMigration(applied(text, edit))))
  const meant = edits.filter((_edit, at) => after[at] !== null && after[at] !== done)
  const [unchanged, ...changed] = checksums([text, ...meant.map((edit) => applied(text, edit))])
  expect(meant.filter((_, at) => changed[at] === unchanged).map(({ what }) => what)).toEqual([])
  expect(meant.length).toBeGreaterThan(0)
})
