// Prepares the input of the rules, once for all of them.
import { ts } from 'ts-morph'
import type { Reading, ParsedMigration } from '../../model/migration.js'
import type { GenerateSettings } from '../../model/settings.js'
import type { Proof } from '../../model/evidence.js'
import { codeReach } from './reached-code.js'
import { isElsewhere, replayedOf } from './align-proof.js'
import type { FoundStatement, Subject, Script } from './rule.js'
import { statementFinder } from './sql-statements.js'
import { findSuppressions } from './suppressions.js'
import { upSteps } from './up-steps.js'
import { isCode } from '../../project/file-name.js'
import { projectPath } from '../../project/project-path.js'

/** Codes after which nothing else in the file can be judged. */
const UNPARSED = new Set(['READ_SYNTAX', 'READ_TOO_DEEP'])

/** Collects scripts, statements and suppression comments. Files with syntax errors are left out. */
export function subjectOf(
  reading: Reading,
  settings: GenerateSettings,
  codes: Pick<Subject, 'fixedCodes' | 'ruleCodes'>,
): Subject {
  const errors = reading.diagnostics.filter(({ severity }) => severity === 'error')
  const broken = filesOf(errors.filter(({ code }) => UNPARSED.has(code)))
  const scripts = scriptsOf(reading, settings, broken)
  const migrations = reading.migrations.filter(({ file }) => !broken.has(file.file))
  const reachOf = codeReach(scripts, reading.discovery)
  const finder = statementFinder({ scripts, reachOf, root: settings.root })
  return {
    reading: { ...reading, migrations },
    settings,
    troubled: filesOf(errors),
    scripts,
    finder,
    reachOf,
    ...statementsIn(migrations.flatMap((one) => finder.statementsOf(one))),
    suppressions: findSuppressions(reading, scripts),
    settled: [],
    replay: null,
    ...codes,
  }
}

/** The same with the results of the replay: for code, the statements that ran replace those that could be read. */
export function withProof(subject: Subject, proof: Proof): Subject {
  const { finder, reading, settings } = subject
  // With other databases involved, a side may not have been run to its end.
  const whole = proof.versions.filter(({ facts }) => !facts.some(isElsewhere))
  const ran = new Map(whole.map((one) => [one.version, one.ran]))
  const statements = new Map(
    reading.migrations.map((one) => [one, finder.statementsOf(one, ran.get(one.version))]),
  )
  return {
    ...subject,
    ...statementsIn([...statements.values()].flat()),
    replay: replayedOf(proof, { reading, settings, statements }),
  }
}

const statementsIn = (all: readonly FoundStatement[]): Pick<Subject, 'statements' | 'upSteps'> => ({
  statements: all.filter(({ origin }) => origin !== 'toolkit'),
  upSteps: upSteps(all),
})

const filesOf = (diagnostics: Reading['diagnostics']): Set<string> =>
  new Set(diagnostics.map(({ file }) => file))

/** Every script and helper of the folder, except the files named in `broken`. */
function scriptsOf(
  { discovery, migrations }: Reading,
  settings: GenerateSettings,
  broken: ReadonlySet<string>,
): Script[] {
  const parsed = parsedFiles(migrations)
  const helpers = [...discovery.helpers]
    .filter(([path]) => isCode(path))
    .map(([path, text]) => ({ path, text, file: projectPath(settings.root, path) }))
  return [...discovery.files.filter(({ kind }) => kind === 'script'), ...helpers]
    .filter(({ file }) => !broken.has(file))
    .map(({ file, path, text }) => {
      const syntax = parsed.get(path) ?? parse(path, text)
      return { file, path, syntax, nodes: nodesOf(syntax) }
    })
}

/** The source files that the nodes of the reading belong to, by path. */
function parsedFiles(migrations: readonly ParsedMigration[]): Map<string, ts.SourceFile> {
  const files = new Map<string, ts.SourceFile>()
  for (const { up, down, declaredVersion, description } of migrations) {
    for (const part of [up, down, declaredVersion, description]) {
      const source = part?.node?.getSourceFile()
      if (source) files.set(source.getFilePath(), source.compilerNode)
    }
  }
  return files
}

const parse = (path: string, text: string): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)

/** Without recursion, so that deep nesting does no harm. */
function nodesOf(syntax: ts.SourceFile): ts.Node[] {
  const nodes: ts.Node[] = [syntax]
  for (const node of nodes) ts.forEachChild(node, (child) => void nodes.push(child))
  return nodes
}
