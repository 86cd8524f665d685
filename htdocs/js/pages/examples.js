/* examples.js: prompts to start from, written in both languages. */
import { lang } from '../i18n/index.js';

const en = [
  {
    title: 'Sort support mail',
    prompt:
      'Sort incoming support mails into billing, technical and spam. For billing and technical mails draft a polite reply; for spam just answer "SPAM".',
  },
  {
    title: 'Answer from our handbook',
    prompt:
      'Answer employee questions from the knowledge base "handbook". If nothing relevant is found, say so and name the person to ask.',
  },
  {
    title: 'Summarise a long text',
    prompt:
      'Take a long text and a language. Write a summary of five sentences in that language and a list of the three most important points.',
  },
  {
    title: 'Translate in two steps',
    prompt:
      'Translate a text into a chosen language: first literally, then reflect on what sounds unnatural, then give the improved translation.',
  },
  {
    title: 'Watch a web API',
    prompt:
      'Fetch the JSON at a given URL. If the status is not 200, output an alert text; otherwise extract the fields name and price and output them as a table.',
  },
  {
    title: 'Score customer feedback',
    prompt:
      'Read a customer comment, rate the mood from 1 to 5 with a code step that checks the range, and when it is below 3 write an apology.',
  },
];

const zh = [
  {
    title: '客服邮件分流',
    prompt: '把收到的客服邮件分成账单、技术、垃圾三类。账单和技术类各写一封得体的回复草稿，垃圾邮件只输出“SPAM”。',
  },
  {
    title: '员工手册问答',
    prompt: '根据知识库“员工手册”回答员工的问题；查不到相关内容时说明没有找到，并告诉他应该去问谁。',
  },
  {
    title: '会议纪要整理',
    prompt: '输入一段会议录音的文字稿，输出会议主题、结论和待办事项（负责人、截止日期），待办用列表。',
  },
  { title: '两步翻译', prompt: '把一段文字翻译成指定语言：先直译，再指出不自然的地方，最后给出润色后的译文。' },
  {
    title: '接口巡检',
    prompt: '请求给定的网址，状态码不是 200 就输出告警文字；否则从返回的 JSON 里取出 name 和 price，整理成表格。',
  },
  { title: '评论打分', prompt: '读一条用户评论，给情绪打 1 到 5 分，用代码节点检查范围；低于 3 分时再写一段道歉。' },
];

export function examples() {
  return lang() === 'zh' ? zh : en;
}
