// Which texts are data, though they look like SQL: bound to parameters, put into quotes inside SQL, compared with others.
import { ts } from 'ts-morph'
import { answersOf } from '../loading/answers-of.js'
import type { Sink } from './data-sinks.js'
import { isRunning } from '../loading/load-syntax.js'
import { valueSources, type FileSources } from './value-sources.js'

/**
 * The strings and templates of files that may become data, of which these are the sources and the sinks. Names are followed to what they are given, as texts: in
 * declarations, parameters, loops, members and imports. What goes to the database to be run is not followed.
 */
export function dataTexts(
  files: readonly FileSources[],
  sinks: readonly Sink[],
): ReadonlySet<ts.Node> {
  const sources = valueSources(files)
  const found = new Set<ts.Node>()
  const seen = new Set<ts.Node | string>(sources.handles)
  const ahead: (ts.Node | string)[] = sinks.flatMap(({ values, receiver }) =>
    receiver !== null && sources.handles.has(receiver) ? values.slice(1) : values,
  )
  for (let one = ahead.pop(); one !== undefined; one = ahead.pop()) {
    if (seen.has(one)) continue
    seen.add(one)
    if (typeof one === 'string') ahead.push(...sources.of(one))
    else if (ts.isIdentifier(one)) ahead.push(one.text)
    else if (!isRunning(one)) {
      if (ts.isStringLiteralLike(one) || ts.isTemplateExpression(one)) found.add(one)
      ahead.push(...partsOf(one))
    }
  }
  return found
}

/** Of a function what it answers: the rest is not its value. */
function partsOf(node: ts.Node): ts.Node[] {
  if (ts.isFunctionLike(node)) return answersOf(node)
  const parts: ts.Node[] = []
  ts.forEachChild(node, (child) => void parts.push(child))
  return parts
}
