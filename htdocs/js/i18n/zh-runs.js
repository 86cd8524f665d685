/* zh-runs.js: the texts about runs, their forms and chats in Chinese. */

export default {
  'run.form': '输入', 'run.test': '试运行', 'run.safe': '按 Ctrl Enter 开始。离开页面不影响运行。', 'run.query': '消息',
  'run.no_inputs': '这个工作流不需要输入。', 'run.ready': '准备好了', 'run.ready.text': '运行时，每一步做了什么会显示在这里。',
  'run.not_deployed': '还没有部署到 Dify', 'run.not_deployed.text': '先部署，然后就能在这里运行。', 'run.timeline': '步骤',
  'run.waiting': '等待第一步', 'run.inputs': '输入', 'run.outputs': '输出', 'run.no_outputs': '这次运行没有输出。',
  'run.paused': '运行在等人处理。', 'run.gone': '这次运行的记录已不再保留。', 'run.round': '第 {n} 轮', 'run.rounds': '共 {n} 轮',
  'run.again': '再运行一次', 'run.all': '全部运行', 'run.show_node': '在图中查看', 'run.json.hint': '一个 JSON 对象',
  'run.file.hint': 'Dify 能访问的链接', 'run.paused.where': '请到 Dify 里填写应用给出的表单。', 'run.paused.answer': '去 Dify 处理',
  'run.paused.until': '截止', 'run.paused.follow': '这里会一直留意，处理后自动继续。', 'chat.new': '新对话', 'chat.talks': '对话',
  'chat.none': '还没有', 'chat.thread': '对话内容', 'chat.you': '你', 'chat.app': '回答', 'chat.send': '发送',
  'chat.thinking': '处理中', 'chat.earlier': '更早的消息', 'chat.placeholder': '说点什么。回车发送，Shift 加回车换行。',
  'chat.empty.title': '还没开始聊', 'chat.empty.text': '你说的话和它的回答都留在这里。', 'chat.over': 'Dify 里的应用已经换了，不认识这段对话。请开始新对话。',
  'run.edit': '修改输入', 'run.file.choose': '选择文件，或拖到这里', 'run.files.choose': '选择多个文件，或拖到这里', 'run.file.link': '改用链接',
  'run.file.most': '最多 {n} 个文件。', 'run.file.kind': '{name} 不合要求，只收：{kinds}', 'run.file.empty': '{name} 是空文件。',
  'run.file.large': '{name} 太大，最大 {size}。', 'run.file.url': '链接要以 http:// 或 https:// 开头。',
  'run.file.uploading': '文件还在上传。', 'run.file.failed': '有文件没传完：重试，或移除它。', 'run.file.remove': '移除 {name}',
  'file.image': '图片', 'file.document': '文档', 'file.audio': '音频', 'file.video': '视频', 'runs.any_time': '不限时间',
  'runs.last_1': '最近 24 小时', 'runs.last_7': '最近 7 天', 'runs.last_30': '最近 30 天', 'runs.time': '时间',
  'runs.all_workflows': '全部工作流', 'runs.title': '运行记录', 'runs.jobs': '任务', 'runs.none.title': '没有符合的运行',
  'runs.none.text': '没有运行符合这些条件。', 'runs.clear': '显示全部', 'runs.empty.title': '还没有运行过',
  'runs.empty.text': '每次运行的输入、输出和步骤都会记在这里。',
};
