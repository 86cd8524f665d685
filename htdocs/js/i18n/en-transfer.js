/* en-transfer.js: texts in English about workflows that come and go: import, promotion, mapping, export. */

export default {
  'import.title': 'Import from Dify', 'import.lead': 'Workflows and chatflows that are in a Dify already are kept here from then on: searched, versioned, run, deployed. Nothing changes there.',
  'import.from': 'Which Dify', 'import.search': 'Search names and tags', 'import.again': 'Ask again', 'import.kind': 'Kind', 'import.here': 'In this studio',
  'import.none': 'No app has these words.', 'import.empty.title': 'This Dify has no apps', 'import.empty.text': 'What is built there can be taken in here later; what is built here can be deployed there.',
  'import.more': 'Show {n} more', 'import.go': 'Import', 'import.imported': 'Imported', 'import.managed': 'Is here already',
  'import.masked': '{n} secret is known to Dify alone|{n} secrets are known to Dify alone', 'import.unpublished': 'Not published yet: deploy it before it runs',
  'import.progress': '{done} of {total} apps', 'import.begins': 'Beginning', 'import.done': '{n} app imported|{n} apps imported', 'import.were': '{n} was here already|{n} were here already',
  'import.failed': '{n} failed', 'import.retry': 'Try it again|Try {n} again', 'import.kind_not_managed': 'Only workflows and chatflows have a graph that can be kept here',
  'import.no_draft': 'It is empty: build something in it in Dify first', 'import.app_not_found': 'It was deleted in Dify meanwhile', 'import.dify_refused': 'Dify refuses to show it',
  'app.workflow': 'Workflow', 'app.advanced-chat': 'Chatflow', 'app.chat': 'Chatbot', 'app.agent-chat': 'Agent', 'app.agent': 'Agent', 'app.completion': 'Text generator', 'app.channel': 'Channel',
  'job.list_apps': 'Look at the apps of a Dify', 'job.import_apps': 'Import from Dify', 'phase.apps': 'Listing apps', 'version.imported': 'Imported from Dify',
};
