/* zh-transfer.js: texts in Chinese about workflows that come and go: import, promotion, mapping, export. */

export default {
  'import.title': '从 Dify 导入', 'import.lead': 'Dify 里现有的工作流和对话流可以纳入这里管理：搜索、留存版本、运行、部署。Dify 那边不会有任何改动。',
  'import.from': '选择 Dify', 'import.search': '搜索名称和标签', 'import.again': '重新读取', 'import.kind': '类型', 'import.here': '在本工作室',
  'import.none': '没有应用包含这些字。', 'import.empty.title': '这个 Dify 里还没有应用', 'import.empty.text': '以后在那边建的应用可以导入到这里；这里建的也可以部署过去。',
  'import.more': '再显示 {n} 个', 'import.go': '导入', 'import.imported': '已导入', 'import.managed': '已在管理中',
  'import.masked': '有 {n} 个密钥只有 Dify 知道', 'import.unpublished': '尚未发布：部署后才能运行',
  'import.progress': '已处理 {done} / {total} 个应用', 'import.begins': '正在开始', 'import.done': '已导入 {n} 个应用', 'import.were': '{n} 个本来就在这里',
  'import.failed': '{n} 个失败', 'import.retry': '重试 {n} 个', 'import.kind_not_managed': '只有工作流和对话流带有可管理的流程图',
  'import.no_draft': '这是空应用，请先在 Dify 里搭建内容', 'import.app_not_found': '它刚在 Dify 里被删除', 'import.dify_refused': 'Dify 不给看它的内容',
  'app.workflow': '工作流', 'app.advanced-chat': '对话流', 'app.chat': '聊天助手', 'app.agent-chat': 'Agent', 'app.agent': 'Agent', 'app.completion': '文本生成', 'app.channel': '频道',
  'job.list_apps': '读取 Dify 的应用', 'job.import_apps': '从 Dify 导入', 'phase.apps': '列出应用', 'version.imported': '从 Dify 导入',
};
