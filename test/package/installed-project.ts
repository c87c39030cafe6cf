// A project in an empty folder that has the packed package installed, as a user would have it.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { builtPackage } from '../support/built-package.js'
import { projectRoot } from '../support/project-root.js'
import { type Ended, run } from '../support/run-program.js'

/** A folder with the package installed in it. */
export interface InstalledProject {
  readonly root: string
  /** Runs a line of shell in the folder, as a person types it; installed programs are found by name. */
  shell(line: string): Promise<Ended>
  write(file: string, text: string): void
  read(file: string): string
  remove(): void
}

/**
 * Packs the built package and installs it from the tarball. The database client and the types are linked from this
 * repository instead of being compiled again.
 */
export async function installedProject(): Promise<InstalledProject> {
  await builtPackage()
  const root = mkdtempSync(join(tmpdir(), 'lockstep-installed-'))
  const project: InstalledProject = {
    root,
    shell: (line) => run('sh', ['-c', line], { cwd: root, env: { PATH: searchPath(root) } }),
    write(file, text) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), text)
    },
    read: (file) => readFileSync(join(root, file), 'utf8'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
  project.write('package.json', '{ "name": "app", "version": "1.0.0", "type": "module" }\n')
  project.write('tsconfig.json', TSCONFIG)
  await install(project)
  for (const name of ['better-sqlite3', '@types/better-sqlite3', '@types/node']) link(root, name)
  return project
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

async function install({ root, shell }: InstalledProject): Promise<void> {
  const packed = await run('npm', [
    'pack',
    '--ignore-scripts',
    '--silent',
    '--pack-destination',
    root,
  ])
  const flags = '--prefer-offline --no-audit --no-fund --ignore-scripts --silent'
  const { code, stderr } = await shell(`npm install ${flags} ./${packed.stdout.trim()}`)
  if (code !== 0) throw new TypeError(`npm install failed:\n${stderr}`)
}

function link(root: string, name: string): void {
  const target = join(root, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  rmSync(target, { recursive: true, force: true })
  symlinkSync(join(projectRoot, 'node_modules', name), target)
}
