// Renders the page of all options: of the runtime, of a migration, of the toolkit, and of the configuration file.
import { type ExpressionWithTypeArguments, Node, type Project } from 'ts-morph'
import { docOf } from './doc-comment.js'
import { interfaceOf, memberList } from './member-list.js'
import { GENERATED } from './notice.js'

const sections: readonly (readonly [title: string, file: string, name: string])[] = [
  [
    'Options of `migrate(db, registry, options)` and of `MigrationManager`',
    'options',
    'ManagerOptions',
  ],
  ['Options of `manager.migrate()`', 'options', 'MigrateOptions'],
  ['Options of `manager.rollback()`', 'options', 'RollbackOptions'],
  ['Options of `manager.mark()`', 'recovery', 'MarkOptions'],
  ['Options of `manager.repair()`', 'recovery', 'RepairOptions'],
  ['Options of `manager.adopt()`', 'adoption', 'AdoptOptions'],
  ['Options of `mirrorSettings()`', 'mirror', 'SettingsMirrorOptions'],
  ['Options of a migration', 'migration', 'MigrationOptions'],
  ['Options of `ctx.rebuild()`', 'migration', 'RebuildOptions'],
  ['Options of `ctx.batches()`', 'migration', 'BatchOptions'],
  ['Configuration file: one database', 'config', 'DatabaseConfig'],
  ['Configuration file: several databases', 'config', 'LockstepConfig'],
]

/** Markdown with every option: its type and meaning. */
export function optionsPage(project: Project): string {
  return [
    '# Options',
    GENERATED,
    'Everything that can be set, with its type. Where there is a default, it is the safe choice.',
    ...sections.flatMap(([title, file, name]) => {
      const declaration = interfaceOf(project, file, name)
      const parents = declaration.getExtends().map(inherited)
      return [`## ${title}`, docOf(declaration), memberList(declaration), ...parents]
    }),
  ].join('\n\n')
}

function inherited(parent: ExpressionWithTypeArguments): string {
  const [of, names] = parent.getTypeArguments()
  if (!of || !Node.isUnionTypeNode(names)) return `Besides these, all of \`${parent.getText()}\`.`
  const listed = names.getTypeNodes().map((name) => `\`${name.getText().replaceAll("'", '')}\``)
  return `Besides these, ${listed.join(', ')} of \`${of.getText()}\`.`
}
