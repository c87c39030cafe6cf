// The kinds of project that people have, and what stands in each of them besides what `init` and `create` write.

/** One kind: its files, and where the application and its own migrations stand. */
export interface Kind {
  readonly files: Readonly<Record<string, string>>
  /** Where the commands run, below the folder of the kind. */
  readonly at?: string
  /** What stands before `migrations` and `src` is the folder of the sources. */
  readonly sources?: 'src'
  /** How the application names the registry. */
  readonly ending?: 'js' | 'ts'
  /** A kind that `init` makes nothing else of, so that it is a copy of that one, with its own settings. */
  readonly like?: string
  readonly forms: 'inferred' | 'stated' | 'commonjs'
  /** The compilers that know its options; none of a project without TypeScript. */
  readonly compilers: readonly Compiler[]
}

/** What compiles: versions of TypeScript. */
export type Compiler = '5.4' | '5.9' | '6' | '7'

const manifest = (type: string | null): string =>
  JSON.stringify({
    ...(type !== null && { type }),
    devDependencies: { typescript: '*', '@types/better-sqlite3': '*' },
  })

const STRICT = {
  target: 'ES2022',
  strict: true,
  skipLibCheck: true,
  exactOptionalPropertyTypes: true,
  types: ['node'],
}

const typescript = (
  type: string | null,
  options: object,
  others: object = {},
): Pick<Kind, 'files'> => ({
  files: {
    'package.json': manifest(type),
    'tsconfig.json': JSON.stringify({ compilerOptions: { ...STRICT, ...options }, ...others }),
  },
})

const OUT = { outDir: 'out', module: 'NodeNext' }

/** The newest compiler takes little time for all of them, the others look at what differs most. */
const inferred = (...compilers: readonly Compiler[]): Pick<Kind, 'forms' | 'compilers'> => ({
  forms: 'inferred',
  compilers: [...compilers, '7'],
})

/** Every kind by its name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'ES modules': {
    ...typescript('module', { module: 'NodeNext', noEmit: true }),
    ...inferred(),
  },
  declaration: {
    ...typescript('module', { ...OUT, declaration: true }),
    ...inferred(),
    like: 'ES modules',
  },
  composite: {
    ...typescript('module', { ...OUT, composite: true }),
    ...inferred('5.4'),
    like: 'ES modules',
  },
  isolatedDeclarations: {
    ...typescript('module', { ...OUT, declaration: true, isolatedDeclarations: true }),
    forms: 'stated',
    compilers: ['5.9', '7'],
  },
  'a bundler': {
    ...typescript('module', {
      module: 'ESNext',
      moduleResolution: 'bundler',
      allowImportingTsExtensions: true,
      noEmit: true,
    }),
    ...inferred('5.4'),
    ending: 'ts',
  },
  rootDir: {
    ...typescript('module', { ...OUT, rootDir: 'src' }, { include: ['src'] }),
    ...inferred('5.9'),
    sources: 'src',
  },
  'a monorepo': {
    files: {
      '.git/HEAD': '',
      'package.json': '{ "private": true, "workspaces": ["packages/*"] }',
      'tsconfig.base.json': JSON.stringify({
        compilerOptions: { ...STRICT, module: 'NodeNext', noEmit: true },
      }),
      'packages/app/package.json': manifest('module'),
      'packages/app/tsconfig.json': '{ "extends": "../../tsconfig.base.json" }',
    },
    at: 'packages/app',
    ...inferred(),
  },
  'CommonJS of the old resolution': {
    ...typescript('commonjs', {
      module: 'commonjs',
      moduleResolution: 'node10',
      esModuleInterop: true,
      declaration: true,
      outDir: 'out',
    }),
    forms: 'inferred',
    compilers: ['5.4'],
  },
  node16: {
    ...typescript('commonjs', { module: 'node16', declaration: true, outDir: 'out' }),
    ...inferred(),
    like: 'CommonJS of the old resolution',
  },
  node18: {
    ...typescript(null, { module: 'node18', outDir: 'out' }),
    ...inferred('5.9'),
    like: 'CommonJS of the old resolution',
  },
  nodenext: {
    ...typescript('commonjs', { module: 'nodenext', composite: true, outDir: 'out' }),
    ...inferred('6'),
    like: 'CommonJS of the old resolution',
  },
  'CommonJS for a bundler': {
    ...typescript('commonjs', {
      module: 'commonjs',
      moduleResolution: 'bundler',
      esModuleInterop: true,
      outDir: 'out',
    }),
    ...inferred('6'),
    like: 'CommonJS of the old resolution',
  },
  'JavaScript as npm begins it': {
    files: { 'package.json': '{ "type": "commonjs" }', 'index.js': '' },
    forms: 'commonjs',
    compilers: [],
  },
  'no tsconfig': {
    files: { 'package.json': manifest('module') },
    forms: 'inferred',
    compilers: [],
    ending: 'ts',
  },
}
