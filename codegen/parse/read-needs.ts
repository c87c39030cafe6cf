// Reads which versions of other histories a migration needs.
import type { Node } from 'ts-morph'
import type { Declared, Need } from '../model/migration.js'
import { constant, isText } from './declared-data.js'
import { wrongType } from './form-problems.js'
import type { Reader } from './reader.js'

const EXPECTED = "a version of another history, such as 'core:003'"

/** For a list of texts; empty if nothing is stated, or after reporting a problem. */
export function readNeeds(node: Node | undefined, reader: Reader): readonly Declared<Need>[] {
  const value = node && reader.evaluate(node)
  if (!node || !value || (value.is === 'constant' && value.value === undefined)) return []
  if (value.is !== 'list') {
    reader.report(wrongType(reader.place(node), 'needs', "a list such as ['core:003']"))
    return []
  }
  const needs = value.items.flatMap((item) =>
    constant({ name: 'needs', is: isText, expected: EXPECTED }, item, reader).flatMap((text) =>
      readNeed(text, reader),
    ),
  )
  return eachOnce(needs, reader)
}

/** For the comment `-- needs: core:003, base:001`; the position is that of the text after the colon. */
export function readNeedsText(
  { value, position }: Declared<string>,
  reader: Reader,
): readonly Declared<Need>[] {
  const words = [...value.matchAll(/[^\s,]+/g)].map(({ 0: text, index }) => ({
    value: text,
    position: { ...position, column: position.column + index },
  }))
  // If a word is incomplete, the next one belongs to it.
  const wrong = words.find((word) => !needIn(word))
  if (wrong) reader.report(wrongType(wrong.position, 'needs', EXPECTED))
  return eachOnce(
    words.flatMap((word) => needIn(word) ?? []),
    reader,
  )
}

/** Reports a version that is stated twice, and leaves it out. */
function eachOnce(needs: readonly Declared<Need>[], reader: Reader): Declared<Need>[] {
  const seen = new Set<string>()
  return needs.filter(({ value: { history, version }, position }) => {
    const isNew = !seen.has(`${history}:${version}`)
    seen.add(`${history}:${version}`)
    if (!isNew) reader.report(wrongType(position, 'needs', 'a list with each version once'))
    return isNew
  })
}

function readNeed(text: Declared<string>, reader: Reader): Declared<Need>[] {
  const need = needIn(text)
  if (!need) reader.report(wrongType(text.position, 'needs', EXPECTED))
  return need ? [need] : []
}

function needIn({ value, position }: Declared<string>): Declared<Need> | null {
  const [, history, digits] = /^([a-z]\w*):(\d+)$/.exec(value) ?? []
  const version = Number(digits)
  return history !== undefined && Number.isSafeInteger(version) && version > 0
    ? { value: { history, version }, position }
    : null
}
