/* zh-generations.js: the texts of the generations page, and what each automatic fix does and why, in Chinese. */

export default {
  'generations.lead': '各个模型和引擎表现怎样，最常修的是什么，每次生成花了多少。', 'generations.by_model': '按模型和引擎看成功率', 'generations.success': '成功',
  'generations.average': '平均用时', 'generations.rate': '{n} 次里成了 {ok} 次', 'generations.only': '只看它的', 'generations.no_model': '没有模型', 'generations.fixes': '自动修好的', 'generations.findings': '没解决的',
  'generations.reasons': '没成的原因', 'generations.fixes.none': '没有什么要修的。', 'generations.findings.none': '没有遗留问题。', 'generations.reasons.none': '全都成功了。',
  'generations.in': '出现在 {n} 次生成里', 'generations.recent': '最近的生成', 'generations.mended': '修好 / 遗留', 'col.cost': '费用', 'generations.rounds': '轮数', 'generations.days': '{n} 天',
  'generations.span': '时间范围', 'generations.result.ok': '成功', 'generations.result.failed': '失败', 'generations.result.cancelled': '已取消',
  'generations.empty.title': '还没有生成过', 'generations.empty.text': '说说要做什么样的工作流，之后这里会告诉你哪个模型最拿手。', 'engine.studio': 'Studio', 'engine.dify': 'Dify 自带的生成器',
  'error.engine_failed': 'Dify 的生成器没做出来，换个说法，或者改用 Studio 的模型。', 'error.engine_model': 'Dify 的生成器没得到它的模型的回答，看看 Dify 里的模型供应商。',
  'error.engine_no_model': '这个 Dify 里没有配置语言模型，它的生成器没法工作。', 'error.no_generator': '这个 Dify 没有自带的生成器，1.15 起才有。改用 Studio 的模型。',

  'fix.output_name': '引用的输出名这个步骤没有，能对上的只有一个。', 'fix.type_alias': '步骤类型换了种写法，改成这里的叫法。', 'fix.edge_to_own_child': '连线从容器连到了它里面的步骤；容器本来就从那一步开始。',
  'fix.edge_to_itself': '步骤连到了自己，会没完没了。', 'fix.edge_added': '步骤读取了一个还没运行的步骤，补一条连线排好先后。', 'fix.port_dropped': '连线用了步骤没有的出口，改走唯一的那个。',
  'fix.item_of_container': '容器里的步骤把当前项叫成了别的名字。', 'fix.edge_over_border': '连线穿过了容器的边界，改为连到容器上。', 'fix.edge_out_of_end': '结束节点后面还有连线，而那里不会再往下走。',
  'fix.child_from_outside': '在容器外读取了里面的步骤，改为读取容器给出的值。', 'fix.node_wired': '没有连线通到这个步骤，它本来永远不会运行。', 'fix.bare_name': '文本里的名字本意是引用，却没加花括号。',
  'fix.bare_reference': '文本里的引用没加花括号。', 'fix.text_for_reference': '该填引用的地方把引用写进了文本。', 'fix.name_bound': '代码用到了没有传进来的名字，现在传进去。', 'fix.name_cleaned': '名字里有 Dify 不接受的字符。',
  'fix.id_cleaned': '编号里有 Dify 不接受的字符，或者重复了。', 'fix.code_output_type': '代码返回值的类型 Dify 不认识。', 'fix.container_wired': '容器里的步骤没有接到它的开头。', 'fix.container_output': '没写容器给出什么，按最后一步补上。',
  'fix.container_start_added': '容器缺少开头。', 'fix.empty_case': '没有条件的分支就是“否则”。', 'fix.case_lifted': '条件写在了分支外面。', 'fix.branches_merged': '汇合后的分支只按其中一个名字读取，改为读取实际运行的那个。',
  'fix.swapped_reference': '引用的前后两半写反了。', 'fix.head_meant': '引用的开头写成了别的，而意思只可能有一个。', 'fix.input_added': '步骤读取了开始节点没有要的输入，现在补上。', 'fix.output_added': '工作流没有输出，改为给出最后一步的结果。',
  'fix.start_node_added': '工作流没有开始。', 'fix.terminal_added': '工作流没有结束。', 'fix.main_signature': '代码里没有与输入相符的 main()。', 'fix.query_of_chat': '对话里用户说的话叫 sys.query。', 'fix.url_scheme': '网址前面缺 http:// 或 https://。',
  'fix.edit_alias': '操作换了种叫法。', 'fix.json_missing_closer': 'JSON 没写完，括号没有全部闭合。', 'fix.json_comment': 'JSON 里写了注释。', 'fix.json_repeated_member': 'JSON 成员重复了，以最后一个为准。',
  'fix.json_raw_newline': '文本里的换行没有转义。', 'fix.json_unescaped_quote': '文本里的引号没有转义。', 'fix.json_missing_quote': '文本缺引号。', 'fix.json_missing_comma': '少了逗号。', 'fix.json_trailing_comma': '末尾多了逗号。',
  'fix.json_extra_comma': '多了逗号。', 'fix.json_wrong_closer': '括号配错了。', 'fix.json_early_closer': '括号闭合得太早。', 'fix.json_missing_opener': '括号只有闭合没有开头。', 'fix.json_full_width': '标点用了全角。',
  'fix.json_python_word': 'True、False、None 按 Python 写了。', 'fix.json_odd_number': '数字的写法 JSON 不认识。', 'fix.json_bare_text': '文本没加引号。', 'fix.json_equals_for_colon': '冒号写成了等号。', 'fix.json_single_quote': '文本用了单引号。',
};
