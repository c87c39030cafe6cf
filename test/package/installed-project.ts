// A project in an empty folder that has the packed package installed, as a user would have it.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as CommandLine from '../../src/cli/run-command-line.js'
import { answerOf, type Finished } from '../cli/support/command-line.js'
import { builtPackage } from '../support/built-package.js'
import { makeOnce, newestIn } from '../support/make-once.js'
import { projectRoot } from '../support/project-root.js'
import { type Ended, run } from '../support/run-program.js'

/** A folder with the package installed in it. */
export interface InstalledProject {
  readonly root: string
  /** Runs a line of shell in the folder, as a person types it; installed programs are found by name. */
  shell(line: string): Promise<Ended>
  /** Has the installed command line do in this process what its words say, which takes less time than starting it. */
  lockstep(line: string): Promise<Finished>
  write(file: string, text: string): void
  read(file: string): string
}

/** A copy of the project that has the built package installed. */
export async function installedProject(): Promise<InstalledProject> {
  await builtPackage()
  await makeOnce({ folder: installed, isStale, make: install })
  const root = mkdtempSync(join(tmpdir(), 'lockstep-installed-'))
  cpSync(installed, root, { recursive: true, verbatimSymlinks: true })
  return {
    root,
    shell: (line) => shell(root, line),
    async lockstep(line) {
      const { runCommandLine } = (await import(
        pathToFileURL(join(root, PROGRAM)).href
      )) as typeof CommandLine
      return answerOf(runCommandLine, { cwd: root, argv: line.split(' '), environment: {} })
    },
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    },
    read: (file) => readFileSync(join(root, file), 'utf8'),
  }
}

const PROGRAM = 'node_modules/lockstep/dist/src/cli/run-command-line.js'
const installed = join(projectRoot, 'node_modules', '.cache', 'lockstep-installed')

/** What is packed: the folders and files that package.json names, and what npm always takes. */
function isStale(): boolean {
  const made = statSync(installed, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const files = ['package.json', 'README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE']
  const times = files.map((file) => statSync(join(projectRoot, file)).mtimeMs)
  return made < Math.max(...times, newestIn(join(projectRoot, 'dist'), join(projectRoot, 'docs')))
}

const searchPath = (root: string): string =>
  [join(root, 'node_modules', '.bin'), process.env['PATH']].join(delimiter)

const TSCONFIG = `{
  "compilerOptions": {
    "target": "ES2022", "module": "NodeNext", "strict": true, "noEmit": true,
    "exactOptionalPropertyTypes": true, "noImplicitOverride": true, "types": ["node"]
  },
  "include": ["**/*.ts"], "exclude": ["node_modules"]
}
`

/**
 * Packs the built package and installs it from the tarball. The database client and the types are linked from this
 * repository instead of being compiled again.
 */
async function install(root: string): Promise<void> {
  mkdirSync(root, { recursive: true })
  writeFileSync(
    join(root, 'package.json'),
    '{ "name": "app", "version": "1.0.0", "type": "module" }\n',
  )
  writeFileSync(join(root, 'tsconfig.json'), TSCONFIG)
  const packed = await run('npm', [
    'pack',
    '--ignore-scripts',
    '--silent',
    '--pack-destination',
    root,
  ])
  const flags = '--prefer-offline --no-audit --no-fund --ignore-scripts --silent'
  const { code, stderr } = await shell(root, `npm install ${flags} ./${packed.stdout.trim()}`)
  if (code !== 0) throw new TypeError(`npm install failed:\n${stderr}`)
  for (const name of ['better-sqlite3', '@types/better-sqlite3', '@types/node']) link(root, name)
}

const shell = (root: string, line: string): Promise<Ended> =>
  run('sh', ['-c', line], { cwd: root, env: { PATH: searchPath(root) } })

function link(root: string, name: string): void {
  const target = join(root, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  rmSync(target, { recursive: true, force: true })
  symlinkSync(join(projectRoot, 'node_modules', name), target)
}
