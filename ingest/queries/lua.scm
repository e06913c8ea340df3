; Definitions
(function_declaration name: [(identifier) (dot_index_expression) (method_index_expression)] @name) @function
(assignment_statement (variable_list name: [(identifier) (dot_index_expression)] @name) (expression_list value: (function_definition))) @function

; References
(function_call name: [(identifier) @ref (dot_index_expression field: (identifier) @ref) (method_index_expression method: (identifier) @ref)])
