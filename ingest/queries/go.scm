; Definitions
(function_declaration name: (identifier) @name) @function
(method_declaration receiver: (parameter_list (parameter_declaration type: [
  (type_identifier) @owner
  (pointer_type (type_identifier) @owner)
  (generic_type type: (type_identifier) @owner)
  (pointer_type (generic_type type: (type_identifier) @owner))])) name: (field_identifier) @name) @method
(type_declaration (type_spec name: (type_identifier) @name type: (struct_type)) @struct)
(type_declaration (type_spec name: (type_identifier) @name type: (interface_type)) @interface)
(type_declaration (type_spec name: (type_identifier) @name type: [(type_identifier) (function_type) (map_type) (slice_type) (pointer_type) (qualified_type) (channel_type) (array_type)]) @type)
(type_declaration (type_alias name: (type_identifier) @name) @type)
(interface_type (method_elem name: (field_identifier) @name) @method)
(source_file (const_declaration (const_spec name: (identifier) @name) @constant))

; References
(call_expression function: [(identifier) @ref (selector_expression field: (field_identifier) @ref)])
(composite_literal type: [(type_identifier) @ref (qualified_type name: (type_identifier) @ref)])
(parameter_declaration type: [(type_identifier) @ref (pointer_type (type_identifier) @ref) (qualified_type name: (type_identifier) @ref)])
(field_declaration type: [(type_identifier) @ref (pointer_type (type_identifier) @ref) (qualified_type name: (type_identifier) @ref)])
(function_declaration result: [(type_identifier) @ref (pointer_type (type_identifier) @ref)])
(method_declaration result: [(type_identifier) @ref (pointer_type (type_identifier) @ref)])
