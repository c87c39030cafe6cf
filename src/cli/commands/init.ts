// `lockstep init`: sets up a project, then generates. Existing files are never overwritten.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { isClientInstalled } from '../../../codegen/client/load-client.js'
import { projectPath } from '../../../codegen/project/project-path.js'
import { repositoryRoot } from '../../../codegen/project/repository-root.js'
import { type CommandRun, EXIT } from '../command/command.js'
import { generatedText, generateEach } from '../generate/generate-each.js'
import { blocks, columns, type Style } from '../terminal/style.js'
import { firstSteps, nextSteps, type DatabaseFacts } from '../scaffold/next-steps.js'
import { hasLeft, othersText, wayOver } from '../scaffold/other-tools.js'
import { projectFacts } from '../scaffold/project-facts.js'
import { scriptStyle } from '../scaffold/script-style.js'
import { importLine } from '../scaffold/script-text.js'
import type { SetUpFile } from '../scaffold/set-up-file.js'
import { setUpProject } from '../scaffold/set-up-project.js'
import { describeSettings } from '../settings/describe-settings.js'
import { projectRoot } from '../settings/project-root.js'
import type { Settings } from '../settings/settings.js'

/** Works in the project that the folder belongs to, or creates one in it. Exits with 1 if generating fails. */
export const run: CommandRun = async (invocation) => {
  const root = rootOf(invocation.cwd)
  const facts = await projectFacts(root)
  const { files, settings, takesOver, others } = await setUpProject(facts, invocation)
  for (const line of settings.flatMap(describeSettings)) invocation.terminal.detail(line)
  const provable = isClientInstalled(root)
  const generated = await generateEach(provable ? settings : settings.map(withoutReplay), 'write')
  const next = [
    ...firstSteps(facts),
    ...nextSteps(facts, {
      build: provable ? (generated.ok ? 'ready' : 'refused') : 'missing',
      codes: generated.diagnostics.map(({ code }) => code),
      takesOver,
      wayOver: hasLeft(others) ? wayOver(others, settings) : null,
      databases: await Promise.all(
        settings.map(async (one) => ({
          name: one.name,
          ...(await registryImport(one)),
        })),
      ),
    }),
  ]
  return {
    exitCode: generated.ok ? EXIT.done : EXIT.failed,
    json: { root, files, others, generated, next },
    text: (style) =>
      blocks(
        filesText(files, style),
        othersText(others).flatMap(style.wrap).map(style.yellow),
        generatedText(generated, root, style),
        provable ? [] : style.wrap(UNPROVABLE).map(style.yellow),
        ['Next:', ...next.flatMap((step) => style.wrap(`  ${step}`))],
      ),
  }
}

/** The import by which a file of the application loads the registry: from the folder of the generated files, or from the root. */
async function registryImport(
  settings: Settings,
): Promise<Pick<DatabaseFacts, 'folder' | 'registryImport'>> {
  const { resolveImportExtension } =
    await import('../../../codegen/render/registry/resolve-import-extension.js')
  const { extension } = resolveImportExtension(settings)
  const file = join(settings.out, `registry${extension === 'none' ? '' : `.${extension}`}`)
  const [first = '', ...within] = projectPath(settings.root, file).split('/')
  const isNested = within.length > 1 && first !== '..'
  const path = `./${[...(isNested ? [] : [first]), ...within].join('/')}`
  const line = importLine(await scriptStyle(settings), 'registry', path)
  return { folder: isNested ? first : '', registryImport: line }
}

/** The client need not be installed before a project is set up; the output says what is needed next. */
const withoutReplay = (settings: Settings): Settings => ({ ...settings, replay: false })

const UNPROVABLE =
  'The package better-sqlite3 is not installed, and without it no migration can be tried or applied. Install it, then run `lockstep gen`.'

/** Outside a repository, a package.json further up belongs to something else. */
function rootOf(cwd: string): string {
  const inRepository = existsSync(join(repositoryRoot(cwd), '.git'))
  return inRepository ? projectRoot(cwd) : cwd
}

function filesText(files: readonly SetUpFile[], style: Style): string[] {
  const paint = { written: style.green, changed: style.yellow, kept: style.dim }
  return columns(
    files.map(({ file, state, note }) => [paint[state](state), style.bold(file), style.dim(note)]),
  )
}
