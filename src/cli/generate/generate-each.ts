// Generates for each selected database, and combines the results.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { listed } from '../../../codegen/diagnostics/listed.js'
import type { GeneratedFile, GenerateResult } from '../../../codegen/model/result.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { generate } from '../../../codegen/generate.js'
import type { Terminal } from '../command/command.js'
import { namedFindings } from './named-advice.js'
import { findingsText } from './findings.js'
import { blocks, type Style } from '../terminal/style.js'
import { replayLeftOut } from './replay-left-out.js'
import { count } from '../terminal/quantities.js'
import { buildSettings } from '../settings/build-settings.js'
import type { Settings } from '../settings/settings.js'

/** The combined results. */
export interface Generated extends Pick<
  GenerateResult,
  'ok' | 'diagnostics' | 'drafts' | 'migrations' | 'replayed' | 'replayedNow' | 'obstacles'
> {
  /** The folders, as printed, for which nothing could be generated. */
  readonly refused: readonly string[]
  /** Missing files about the schema that could not be written because there was no replay. */
  readonly missing: readonly string[]
  /** Each with the number of migrations that it was generated from. */
  readonly files: readonly (GeneratedFile & Pick<GenerateResult, 'migrations'>)[]
}

/** Generates for each of the settings in turn; `check` writes nothing. */
export async function generateEach(
  all: readonly Settings[],
  purpose: 'write' | 'check',
  terminal?: Pick<Terminal, 'carry'>,
): Promise<Generated> {
  const results: GenerateResult[] = []
  const refused: string[] = []
  const missing: string[] = []
  for (const settings of all) {
    const result = await generate(buildSettings(settings), { write: purpose === 'write' })
    results.push(result)
    if (result.files.length === 0) refused.push(projectPath(settings.root, settings.out))
    else if (result.migrations > 0 && result.replayed === 0) missing.push(...missingIn(settings))
  }
  const diagnostics = namedFindings(all, results, terminal)
  return {
    ok: diagnostics.every(({ severity }) => severity !== 'error'),
    diagnostics,
    drafts: results.flatMap(({ drafts }) => drafts),
    files: results.flatMap(({ files, migrations }) =>
      files.map((file) => ({ ...file, migrations })),
    ),
    refused,
    missing,
    replayed: results.reduce((sum, { replayed }) => sum + replayed, 0),
    replayedNow: results.reduce((sum, { replayedNow }) => sum + replayedNow, 0),
    obstacles: [...new Set(results.flatMap(({ obstacles }) => obstacles))],
    migrations: results.reduce((sum, { migrations }) => sum + migrations, 0),
  }
}

function missingIn({ root, out, language }: Settings): string[] {
  const names = ['schema.sql', language === 'js' ? 'schema.d.ts' : 'schema.ts']
  const paths = names.map((name) => join(out, name))
  return paths.filter((path) => !existsSync(path)).map((path) => projectPath(root, path))
}

/** The result for people: findings first, then what happened to each file. */
export function generatedText(generated: Generated, root: string, style: Style): string[] {
  const { diagnostics, files, ok, obstacles, refused, migrations: all, replayed } = generated
  const paint = {
    written: style.green,
    unchanged: style.dim,
    removed: style.green,
    stale: style.red,
  }
  const words = {
    written: 'written',
    unchanged: 'up to date',
    removed: 'removed',
    stale: 'not up to date',
  }
  const lines = files.map(({ file, state, migrations }) => {
    const counted =
      ok && state !== 'removed' ? style.dim(`  ${count(migrations, 'migration')}`) : ''
    return `${style.bold(file)}  ${paint[state](words[state])}${counted}`
  })
  if (files.length > 0 && all > 0 && replayed === 0)
    lines.push(...style.wrap(unprovenText(generated)).map(style.dim))
  if (obstacles.length > 0) {
    const far = replayed > 0 ? `Only ${count(replayed, 'version')} proven` : 'Nothing is proven'
    lines.push(...style.wrap(`${far}: ${replayLeftOut(obstacles)}.`).map(style.dim))
  }
  if (files.length > 0) lines.push(...refused.map((folder) => leftAlone(` in ${folder}`)))
  else if (refused.length > 0) lines.push(leftAlone(''))
  return blocks(findingsText({ root, diagnostics }, style), lines)
}

const unprovenText = ({ missing }: Pick<Generated, 'missing'>): string => {
  const all = missing.length > 0 ? `; ${listed(missing)} ${missing.length > 1 ? 'are' : 'is'}` : ''
  const until = all && `${all} missing until \`lockstep gen\` has run without \`--no-replay\``
  return `Without replay, nothing is proven, and the schema files are neither written nor checked${until}.`
}

const leftAlone = (where: string): string =>
  `Nothing was generated${where}; the generated files${where && ' there'} are unchanged.`
