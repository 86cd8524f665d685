/* types.js: hue and icon of every node type; the hues are those that people know from Dify. */

/** @type {Record<string, [string, string]>} type -> [hue, icon] */
const looks = {
  start: ['blue', 'play'],
  'trigger-webhook': ['blue', 'bolt'],
  'trigger-schedule': ['blue', 'clock'],
  'trigger-plugin': ['blue', 'bolt'],
  datasource: ['blue', 'data'],
  end: ['orange', 'flag'],
  answer: ['orange', 'chat'],
  llm: ['indigo', 'spark'],
  agent: ['indigo', 'robot'],
  'knowledge-retrieval': ['green', 'book'],
  'knowledge-index': ['green', 'data'],
  'if-else': ['cyan', 'branch'],
  'question-classifier': ['cyan', 'fork'],
  code: ['slate', 'code'],
  'template-transform': ['slate', 'braces'],
  'variable-aggregator': ['slate', 'merge'],
  'variable-assigner': ['slate', 'merge'],
  assigner: ['slate', 'pencil'],
  'list-operator': ['slate', 'filter'],
  'document-extractor': ['green', 'file'],
  'parameter-extractor': ['indigo', 'extract'],
  'http-request': ['violet', 'globe'],
  tool: ['violet', 'wrench'],
  iteration: ['teal', 'repeat'],
  'iteration-start': ['teal', 'home'],
  loop: ['teal', 'refresh'],
  'loop-start': ['teal', 'home'],
  'loop-end': ['teal', 'exit'],
  'human-input': ['rose', 'user'],
  parallel: ['cyan', 'fork'],
  break: ['teal', 'exit'],
};

/** @param {string} type */
export function hue(type) {
  return (looks[type] || ['slate'])[0];
}

/** @param {string} type */
export function typeIcon(type) {
  return (looks[type] || ['', 'help'])[1];
}

/** @param {string} type */
export function isContainer(type) {
  return type === 'iteration' || type === 'loop';
}

/** The small round node that a container begins with. @param {string} type */
export function isPill(type) {
  return type === 'iteration-start' || type === 'loop-start';
}
