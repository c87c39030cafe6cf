// The corpus: histories with one defect each, in `test/fixtures/defects/<CODE>/<case>/`, and clean ones. The pages of the
// rules are made from it.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fixed, projectIn, readExample, type Files } from '../../.ci/pages/rule-examples.js'
import { rules } from '../../codegen/check/rules.js'
import type { Rule } from '../../codegen/check/subject/rule.js'
import type { Diagnostic } from '../../codegen/model/diagnostic.js'
import { projectRoot } from '../support/project-root.js'

/** A case of the corpus. */
interface Case {
  /** Of a defect, its code comes first. */
  readonly name: string
  readonly folder: string
  /** The file with what is found; `vitest -u` writes it. */
  readonly expected: string
  /** A file `own-process.txt` in it says why it is not for the process of the tests. */
  readonly ownProcess: boolean
}

/** Finds what is wrong with a project. */
type Prove = (project: Files) => Promise<readonly Diagnostic[]>

const corpus = join(projectRoot, 'test/fixtures')

const casesIn = (folder: string): Case[] =>
  readdirSync(join(corpus, folder))
    .sort()
    .map((name) => caseIn(`${folder}/${name}`))

const caseIn = (path: string): Case => {
  const folder = join(corpus, path)
  const ownProcess = existsSync(join(folder, 'own-process.txt'))
  const expected = join(folder, 'expected.txt')
  return { name: path.slice(path.indexOf('/') + 1), folder, expected, ownProcess }
}

export const defects: readonly Case[] = readdirSync(join(corpus, 'defects'))
  .sort()
  .flatMap((code) => casesIn(`defects/${code}`))

export const clean: readonly Case[] = casesIn('clean')

/** What the pages of rules show as good: whole projects, which are otherwise those of the examples. */
export const good: readonly (Case & { readonly project: Files })[] = rules.flatMap(({ code }) => {
  const example = readExample(projectRoot, code)
  if (Object.keys(example?.good ?? {}).length === 0) return []
  return [{ ...caseIn(`defects/${code}/example`), name: code, project: fixed(example!) }]
})

/** An example, and the comment with a reason that is to switch its finding off. */
interface Acknowledged {
  readonly code: string
  readonly file: string
  readonly comment: string
  readonly project: Files
}

/** The examples of all rules whose findings a comment may switch off. */
export const acknowledged: readonly Acknowledged[] = rules
  .filter(isAcknowledged)
  .flatMap(({ code }) => {
    const example = readExample(projectRoot, code)
    const [, file = ''] =
      new RegExp(`${code} (.+):\\d+:\\d+$`, 'm').exec(example?.findings ?? '') ?? []
    if (!example || !(file in example.history) || caseIn(`defects/${code}/example`).ownProcess)
      return []
    const printed =
      new RegExp(`${code} .*: reason`).exec(example.findings)?.[0] ?? `${code}: reason`
    const comment = `${file.endsWith('.sql') ? '--' : '//'} lockstep-ignore ${printed}`
    return [{ code, file, project: example.history, comment }]
  })

function isAcknowledged({ override, severity, stage }: Rule): boolean {
  if (stage === 'suppressions') return false
  return override === 'acknowledged' || (!override && severity !== 'error')
}

/**
 * `severity CODE file:line:column` of all that is found in a case, each with its text on the lines below, as `expected.txt`
 * has it. Throws where the code that it is there for is not among them.
 */
export async function findingsIn({ name, folder }: Case, prove: Prove): Promise<string> {
  const [code] = name.split('/')
  const found = await prove(projectIn(folder))
  if (found.every((one) => one.code !== code)) throw new TypeError(`${code} was not found.`)
  return found.map(shown).join('')
}

const shown = ({ severity, code, file, line, column, message, fix }: Diagnostic): string =>
  `${severity} ${code} ${file}:${line}:${column}\n  ${message}\n  fix: ${fix}\n`
