; Definitions
(function_definition declarator: [
  (function_declarator declarator: (identifier) @name)
  (pointer_declarator declarator: (function_declarator declarator: (identifier) @name))
  (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier) @name)))]) @function
(struct_specifier name: (type_identifier) @name body: (_)) @struct
(union_specifier name: (type_identifier) @name body: (_)) @struct
(enum_specifier name: (type_identifier) @name body: (_)) @enum
(type_definition declarator: (type_identifier) @name) @type
(preproc_function_def name: (identifier) @name) @macro

; References
(call_expression function: [(identifier) @ref (field_expression field: (field_identifier) @ref)])
(parameter_declaration type: [(type_identifier) @ref (struct_specifier name: (type_identifier) @ref)])
(declaration type: [(type_identifier) @ref (struct_specifier name: (type_identifier) @ref)])
(field_declaration type: [(type_identifier) @ref (struct_specifier name: (type_identifier) @ref)])
(function_definition type: [(type_identifier) @ref (struct_specifier name: (type_identifier) @ref)])
(type_descriptor type: [(type_identifier) @ref (struct_specifier name: (type_identifier) @ref)])
(initializer_list (identifier) @ref)
(initializer_pair value: (identifier) @ref)
(argument_list (identifier) @ref)
