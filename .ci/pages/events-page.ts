// Renders the page of all events that are passed to `onEvent`.
import type { InterfaceDeclaration, Project } from 'ts-morph'
import { docOf } from './doc-comment.js'
import { interfaceOf, memberList } from './member-list.js'
import { GENERATED } from './notice.js'

/** Markdown with every event: when it is sent, and its data. */
export function eventsPage(project: Project): string {
  const step = interfaceOf(project, 'events', 'EventStep')
  const events = step
    .getSourceFile()
    .getInterfaces()
    .filter((declaration) => declaration.getProperty('type') !== undefined)
  return [
    '# Events',
    GENERATED,
    'A run tells `onEvent` everything that a user interface or a log needs, at once and in order. The runtime itself ' +
      'never prints. `type` tells the events apart.',
    `Events about one migration carry \`EventStep\`:`,
    memberList(step),
    ...events.flatMap(eventSection),
  ].join('\n\n')
}

function eventSection(declaration: InterfaceDeclaration): string[] {
  const type = declaration.getPropertyOrThrow('type').getTypeNodeOrThrow().getText()
  const step = declaration.getExtends().length > 0 ? ['Carries `EventStep`.'] : []
  return [
    `## \`${type.replaceAll("'", '')}\``,
    docOf(declaration),
    ...step,
    memberList(declaration, ['type']),
  ]
}
